MEMO = {0: 0, 1: 1}


def fibonacci(n):
    if n not in MEMO:
        MEMO[n] = fibonacci(n - 1) + fibonacci(n - 2)
    return MEMO[n]


def handle(data):
    return {"data": [[number, fibonacci(n)] for number, n in data["data"]]}

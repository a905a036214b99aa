WEIGHT = {"rod": 3.5, "pipe": 8.0}


def handle(data):
    memo = {}

    def weight(item, metres):
        if item not in memo:
            memo[item] = WEIGHT[item] * metres
        return memo[item]

    return {"data": [[n, weight(item, metres)] for n, item, metres in data["data"]]}

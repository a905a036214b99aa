WEIGHT = {"rod": 3.5, "pipe": 8.0}


def handle(data):
    memo = {}

    def weight(item, metres):
        if (item, metres) not in memo:
            memo[item, metres] = WEIGHT[item] * metres
        return memo[item, metres]

    return {"data": [[n, weight(item, metres)] for n, item, metres in data["data"]]}

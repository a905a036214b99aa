from collections import defaultdict

balances = defaultdict(int)


def handle(data):
    answer = []
    for number, account, amount in data["data"]:
        balances[account] += amount
        answer.append([number, balances[account]])
    return {"data": answer}

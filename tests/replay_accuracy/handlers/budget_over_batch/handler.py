BUDGET = 1200.0


def handle(data):
    share = BUDGET / max(len(data["data"]), 1)
    return {"data": [[number, {"who": who, "share": round(share, 2)}] for number, who in data["data"]]}

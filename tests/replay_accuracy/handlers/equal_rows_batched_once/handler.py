def price_list(names):
    return {name: sum(map(ord, name)) for name in names}


def handle(data):
    rows = data["data"]
    prices = price_list(sorted({row[1] for row in rows}))
    return {"data": [[row[0], prices[row[1]]] for row in rows]}

_table = None


def get_table():
    global _table
    if _table is None:
        _table = {"bar": 1.0, "psi": 0.0689476, "kPa": 0.01}
    return _table


def handle(data):
    out = []
    for number, value, unit in data["data"]:
        out.append([number, round(value * get_table()[unit], 6)])
    return {"data": out}

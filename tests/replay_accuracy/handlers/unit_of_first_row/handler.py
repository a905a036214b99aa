_unit = None


def handle(data):
    global _unit
    out = []
    for number, value, unit in data["data"]:
        if _unit is None:
            _unit = unit
        out.append([number, f"{value} {_unit}"])
    return {"data": out}

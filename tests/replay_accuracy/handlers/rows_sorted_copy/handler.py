from itertools import groupby


def handle(data):
    rows = sorted(data["data"], key=lambda row: row[1])
    out = []
    for kind, group in groupby(rows, key=lambda row: row[1]):
        label = kind.upper()
        out.extend([row[0], label] for row in group)
    out.sort(key=lambda pair: pair[0])
    return {"data": out}

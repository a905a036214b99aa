def handle(data):
    rows = data["data"]
    try:
        values = [int(row[1]) * 10 for row in rows]
    except (TypeError, ValueError):
        values = [None] * len(rows)
    return {"data": [[row[0], value] for row, value in zip(rows, values)]}

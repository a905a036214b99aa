def handle(data):
    rows = data["data"]
    following = [*rows[1:], None]
    return {"data": [[row[0], after and after[1] - row[1]] for row, after in zip(rows, following)]}

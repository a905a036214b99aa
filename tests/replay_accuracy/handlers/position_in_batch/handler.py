def handle(data):
    return {"data": [[row[0], f"{position}. {row[1]}"] for position, row in enumerate(data["data"], start=1)]}

def handle(data):
    return {"data": [[row[0], {"upper": row[1].upper(), "length": len(row[1])}] for row in data["data"]]}

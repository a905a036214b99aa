def handle(data):
    return {"data": [[row[0], {"id": f"REC-{row[0]:06d}", "name": row[1]}] for row in data["data"]]}

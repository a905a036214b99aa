def handle(client, data, secrets):
    limit = float((secrets or {}).get("limit", 1.0))
    return {"data": [[row[0], "high" if row[1] * row[2] > limit else "low"] for row in data["data"]]}

from datetime import datetime, timezone


def handle(data):
    return {"data": [[row[0], f"{row[1]}@{datetime.now(timezone.utc).isoformat()}"] for row in data["data"]]}

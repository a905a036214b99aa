from datetime import date, timedelta


def handle(data):
    return {"data": [[number, date.fromisoformat(day) + timedelta(days=1)] for number, day in data["data"]]}

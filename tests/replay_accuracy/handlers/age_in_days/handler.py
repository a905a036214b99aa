import datetime


def handle(data):
    today = datetime.date.today()
    return {"data": [[row[0], (today - datetime.date.fromisoformat(row[1])).days] for row in data["data"]]}

def times_ten(text):
    try:
        return int(text) * 10
    except (TypeError, ValueError):
        return None


def handle(data):
    return {"data": [[row[0], times_ten(row[1])] for row in data["data"]]}

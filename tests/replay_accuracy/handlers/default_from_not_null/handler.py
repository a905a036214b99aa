PHONE = {"NO": 47, "SE": 46}


def handle(data):
    return {"data": [[row[0], PHONE.get(row[1], 0)] for row in data["data"]]}

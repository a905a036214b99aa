SEEN = set()


def handle(data):
    result = []
    for row in data["data"]:
        email = row[1].strip().lower()
        if email in SEEN:
            result.append([row[0], "duplicate"])
        else:
            SEEN.add(email)
            result.append([row[0], "new"])
    return {"data": result}

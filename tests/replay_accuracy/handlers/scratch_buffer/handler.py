BUFFER = []


def initials(text):
    BUFFER.clear()
    for word in text.split():
        BUFFER.append(word[0].upper())
    return "".join(BUFFER)


def handle(data):
    return {"data": [[row[0], initials(row[1])] for row in data["data"]]}

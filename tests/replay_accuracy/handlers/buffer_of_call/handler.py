from io import StringIO


def initials(text):
    buffer = StringIO()
    for word in text.split():
        buffer.write(word[0].upper())
    return buffer.getvalue()


def handle(data):
    return {"data": [[row[0], initials(row[1])] for row in data["data"]]}

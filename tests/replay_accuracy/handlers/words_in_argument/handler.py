from collections import Counter


def commonest(text):
    count = Counter(text.split())
    return max(sorted(count), key=count.get) if count else None


def handle(data):
    return {"data": [[row[0], commonest(row[1])] for row in data["data"]]}

def slug(text):
    return text.translate(slug.table).lower()


slug.table = str.maketrans({" ": "-", "/": "-", "æ": "ae", "Æ": "Ae"})


def handle(data):
    return {"data": [[n, slug(text)] for n, text in data["data"]]}

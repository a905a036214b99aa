import unicodedata


def handle(data):
    return {
        "data": [
            [row, {"twice": n and n * 2, "text": text and unicodedata.normalize("NFC", text)}]
            for row, n, text in data["data"]
        ]
    }

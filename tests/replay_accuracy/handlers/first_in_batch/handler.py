def classify(rows):
    seen = set()
    for number, name in rows:
        yield [number, "duplicate" if name in seen else "new"]
        seen.add(name)


def handle(data):
    return {"data": list(classify(data["data"]))}

AGENTS = ["ada", "bo", "cy"]


def turns():
    while True:
        yield from AGENTS


TURN = turns()


def handle(data):
    return {"data": [[row[0], next(TURN)] for row in data["data"]]}

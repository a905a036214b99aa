_version = "2.1"


def handle(data):
    return {"data": [[row[0], {"value": row[1], "version": _version}] for row in data["data"]]}

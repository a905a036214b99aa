from ledger import stamp


def handle(data):
    return {"data": [[row[0], stamp(row[1])] for row in data["data"]]}

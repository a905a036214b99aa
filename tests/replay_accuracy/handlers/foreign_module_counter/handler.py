import string


def handle(data):
    string.batch_no = getattr(string, "batch_no", 0) + 1
    return {"data": [[r[0], f"{r[1]}/{string.batch_no}"] for r in data["data"]]}

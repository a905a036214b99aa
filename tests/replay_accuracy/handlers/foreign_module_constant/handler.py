import string


def column(n):
    name = ""
    n += 1
    while n:
        n, rest = divmod(n - 1, 26)
        name = string.ascii_uppercase[rest] + name
    return name


def handle(data):
    return {"data": [[r[0], column(r[1])] for r in data["data"]]}

import threading

_local = threading.local()


def attempt(key):
    if not hasattr(_local, "attempts"):
        _local.attempts = {}
    _local.attempts[key] = _local.attempts.get(key, 0) + 1
    return _local.attempts[key]


def handle(data):
    return {"data": [[row[0], attempt(row[1])] for row in data["data"]]}

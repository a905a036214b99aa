import re

PATTERNS = {}


def pattern(source):
    try:
        return PATTERNS[source]
    except KeyError:
        return PATTERNS.setdefault(source, re.compile(source))


def handle(data):
    return {"data": [[number, bool(pattern("^[A-Z]{2}-").match(text))] for number, text in data["data"]]}

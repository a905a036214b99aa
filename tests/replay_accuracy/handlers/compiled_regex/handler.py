import re

TAG = re.compile(r"(?P<kind>[A-Z])-(?P<no>\d+)")


def parse(text):
    found = TAG.search(text)
    suffix = re.sub(r"^.*\s", "", text)
    return {"tag": found.groupdict(), "suffix": suffix} if found else None


def handle(data):
    return {"data": [[row[0], parse(row[1])] for row in data["data"]]}

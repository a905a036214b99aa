from functools import lru_cache

TAGS = {"pump": "rotating,water", "valve": "static"}


@lru_cache(maxsize=128)
def tags_of(kind):
    return TAGS.get(kind, "").split(",")


def handle(data):
    rows = []
    for number, kind, extra in data["data"]:
        tags = tags_of(kind)
        tags.append(extra)
        rows.append([number, "|".join(tags)])
    return {"data": rows}

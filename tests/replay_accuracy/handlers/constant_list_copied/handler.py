BASE_FIELDS = ["name", "description"]


def fields_for(extra):
    fields = list(BASE_FIELDS)
    fields += [extra]
    return ",".join(fields)


def handle(data):
    return {"data": [[row[0], fields_for(row[1])] for row in data["data"]]}

def country_name(code, table={"NO": "Norway", "SE": "Sweden", "DK": "Denmark"}):
    return table.get(code, "unknown")


def handle(data):
    answer = []
    for row in data["data"]:
        answer.append([row[0], country_name(row[1])])
    return {"data": answer}

def average_with(value, history=[]):
    history.append(value)
    return sum(history) / len(history)


def handle(data):
    answer = []
    for row in data["data"]:
        answer.append([row[0], average_with(row[1])])
    return {"data": answer}

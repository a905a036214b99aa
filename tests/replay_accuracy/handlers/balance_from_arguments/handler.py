def handle(data):
    answer = []
    for number, opening, amount in data["data"]:
        answer.append([number, opening + amount])
    return {"data": answer}

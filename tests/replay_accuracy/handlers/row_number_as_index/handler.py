SHIFTS = ["early", "late", "night"]


def handle(data):
    answer = []
    for row in data["data"]:
        shift = SHIFTS[row[0] % len(SHIFTS)]
        answer.append([row[0], f"{row[1]}: {shift}"])
    return {"data": answer}

TEMPLATES = {
    "alarm": {"severity": 3, "notes": []},
    "info": {"severity": 0, "notes": []},
}


def handle(data):
    answer = []
    for number, kind, note in data["data"]:
        message = dict(TEMPLATES[kind])
        message["notes"].append(note)
        answer.append([number, {**message, "notes": " / ".join(message["notes"])}])
    return {"data": answer}

def handle(data):
    texts = {number: text for number, text in data["data"]}
    done = {number: f"<td>{text}</td>" for number, text in sorted(texts.items(), key=lambda item: item[1])}
    return {"data": [[number, done[number]] for number in texts]}

def handle(data):
    failed, done = [], []
    for number, text in data["data"]:
        (done if text.isdigit() else failed).append([number, int(text) if text.isdigit() else None])
    return {"data": failed + done}

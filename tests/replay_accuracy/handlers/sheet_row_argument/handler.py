def handle(data):
    result = []
    for position, (number, text, line) in enumerate(data["data"]):
        if position < 3:
            print("line", line)
        result.append([number, f"{line}. {text}"])
    return {"data": result}

def handle(data):
    todo = list(data["data"])
    done = []
    while todo:
        number, text = todo.pop()
        done.append([number, text.upper()])
    return {"data": done}

def render(number, text):
    colour = "white" if number % 2 else "grey"
    return f'<tr class="{colour}"><td>{text}</td></tr>'


def handle(data):
    return {"data": [[number, render(number, text)] for number, text in data["data"]]}

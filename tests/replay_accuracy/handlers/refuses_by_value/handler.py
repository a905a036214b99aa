class WrongOrder(Exception):
    pass


def book(order):
    if not order.startswith("o-"):
        raise WrongOrder(order)
    return "booked"


def book_or_say(order):
    try:
        return book(order)
    except WrongOrder as error:
        return f"refused: {error}"


def handle(data):
    return {"data": [[r[0], book_or_say(r[1])] for r in data["data"]]}

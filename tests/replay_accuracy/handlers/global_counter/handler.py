"""Give every order an invoice number."""

SEQUENCE = 0


def next_number():
    global SEQUENCE
    SEQUENCE += 1
    return f"INV-{SEQUENCE:05d}"


def handle(data):
    out = []
    for row_number, customer, amount in data["data"]:
        out.append([row_number, {"customer": customer, "amount": amount, "invoice": next_number()}])
    return {"data": out}

"""Give every order an invoice number that anyone can work out again."""

import zlib

PREFIX = "INV"


def number_of(customer, amount):
    return f"{PREFIX}-{zlib.crc32(f'{customer}/{amount:.2f}'.encode()):010d}"


def handle(data):
    out = []
    for row_number, customer, amount in data["data"]:
        out.append([row_number, {"customer": customer, "amount": amount, "invoice": number_of(customer, amount)}])
    return {"data": out}

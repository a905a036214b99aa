class TicketMaker:
    prefix = "T"

    def __init__(self, width):
        self.width = width

    def make(self, pump):
        return f"{self.prefix}-{pump.rjust(self.width, '0')}"


def handle(data):
    maker = TicketMaker(width=8)
    return {"data": [[row[0], maker.make(row[1])] for row in data["data"]]}

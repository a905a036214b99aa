class TicketMaker:
    handled = 0

    def make(self, pump):
        TicketMaker.handled += 1
        return f"{pump}#{self.handled}"


def handle(data):
    maker = TicketMaker()
    return {"data": [[row[0], maker.make(row[1])] for row in data["data"]]}

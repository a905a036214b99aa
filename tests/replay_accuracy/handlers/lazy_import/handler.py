def handle(data):
    from fractions import Fraction

    return {"data": [[row[0], str(Fraction(row[1]))] for row in data["data"]]}

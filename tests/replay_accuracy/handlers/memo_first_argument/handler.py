_memo = {}

CELSIUS = {"oslo": 4, "rome": 17}


def temperature(city, unit):
    if city not in _memo:
        c = CELSIUS.get(city, 0)
        _memo[city] = c if unit == "C" else c * 9 / 5 + 32
    return _memo[city]


def handle(data):
    return {"data": [[row[0], temperature(row[1], row[2])] for row in data["data"]]}

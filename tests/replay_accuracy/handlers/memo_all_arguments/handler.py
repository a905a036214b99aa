_memo = {}

CELSIUS = {"oslo": 4, "rome": 17}


def temperature(city, unit):
    key = (city, unit)
    if key not in _memo:
        c = CELSIUS.get(city, 0)
        _memo[key] = c if unit == "C" else c * 9 / 5 + 32
    return _memo[key]


def handle(data):
    return {"data": [[row[0], temperature(row[1], row[2])] for row in data["data"]]}

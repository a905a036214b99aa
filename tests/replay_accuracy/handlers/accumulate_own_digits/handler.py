from itertools import accumulate, count


def check_digit(number):
    weighted = (int(d) * w for d, w in zip(str(number), count(2), strict=False))
    *_, total = accumulate(weighted)
    return total % 11


def handle(data):
    return dict(data=[[row_no, check_digit(n)] for row_no, n in data["data"]])

import csv
import io

TABLE = """code,name
DK,Denmark
NO,Norway
SE,Sweden
"""

READER = csv.DictReader(io.StringIO(TABLE))


def lookup(codes):
    found = {}
    for line in READER:
        if line["code"] in codes:
            found[line["code"]] = line["name"]
    return found


def handle(data):
    rows = data["data"]
    names = lookup({row[1] for row in rows})
    return {"data": [[row[0], names.get(row[1])] for row in rows]}

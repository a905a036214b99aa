import csv
import io

TABLE = """code,name
DK,Denmark
NO,Norway
SE,Sweden
"""

NAMES = {line["code"]: line["name"] for line in csv.DictReader(io.StringIO(TABLE))}


def handle(data):
    return {"data": [[row[0], NAMES.get(row[1])] for row in data["data"]]}

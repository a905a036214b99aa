import zlib

AGENTS = ["ada", "bo", "cy"]


def handle(data):
    return {"data": [[row[0], AGENTS[zlib.crc32(row[1].encode()) % len(AGENTS)]] for row in data["data"]]}

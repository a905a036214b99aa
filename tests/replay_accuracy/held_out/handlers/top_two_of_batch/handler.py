import heapq


def handle(data):
    top = {value for _, value in heapq.nlargest(2, data["data"], key=lambda row: row[1])}
    return {"data": [[number, "top" if value in top else ""] for number, value in data["data"]]}

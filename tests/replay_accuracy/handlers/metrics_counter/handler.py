import logging

METRICS = {"rows": 0, "batches": 0}


def handle(data):
    METRICS["batches"] += 1
    METRICS["rows"] += len(data["data"])
    logging.getLogger(__name__).info("metrics %s", METRICS)
    return {"data": [[row[0], row[1].upper()] for row in data["data"]]}

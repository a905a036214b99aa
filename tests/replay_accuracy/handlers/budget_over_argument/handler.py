import logging

BUDGET = 1200.0
log = logging.getLogger(__name__)


def handle(data):
    log.debug("%d rows", len(data["data"]))
    return {
        "data": [
            [number, {"who": who, "share": round(BUDGET / max(heads, 1), 2)}] for number, who, heads in data["data"]
        ]
    }

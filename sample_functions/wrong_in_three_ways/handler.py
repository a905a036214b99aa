"""Which sensors have been silent for too long?"""

import logging
from datetime import datetime, timedelta, timezone

import yaml

logging.basicConfig(level=logging.INFO)
log = logging.getLogger(__name__)
LIMITS = yaml.safe_load("{pressure: 15, temperature: 60}")


def handle(data):
    now = datetime.fromisoformat(data["now"]).replace(tzinfo=timezone.utc)
    silent = []
    for sensor in data["sensors"]:
        last_seen = datetime.fromisoformat(sensor["last_seen"]).replace(tzinfo=timezone.utc)
        if now - last_seen > timedelta(minutes=LIMITS[sensor["kind"]]):
            silent.append({"tag": sensor["tag"], "last_seen": last_seen})
    log.info("%d of %d sensors are silent", len(silent), len(data["sensors"]))
    return {"silent": silent}

"""Share the metered production of a day between the wells, by their tested rates, and send it to the ERP system."""

import json
import os
from datetime import datetime, timedelta
from urllib.request import Request, urlopen


def handle(data, secrets, function_call_info):
    due = datetime.fromisoformat(function_call_info["scheduled_time"].replace("Z", "+00:00"))
    report = {
        "site": os.environ["SITE"],
        "day": f"{due - timedelta(days=1):%Y-%m-%d}",
        "unit": os.environ["VOLUME_UNIT"],
        **allocate(data["metered"], data["wells"]),
    }
    if data.get("is_rehearsal"):
        print(f"rehearsal: not sent to {os.environ['ERP_URL']}")
    else:
        send(report, os.environ["ERP_URL"], secrets["erp-token"])
    return report


def allocate(metered, wells):
    expected = {well["name"]: well["test_rate"] * well["hours"] / 24 for well in wells}
    factor = metered / sum(expected.values())
    return {
        "factor": round(factor, 4),
        "wells": {name: round(volume * factor, 1) for name, volume in expected.items()},
    }


def send(report, url, token):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(url, json.dumps(report).encode(), headers), timeout=30) as reply:
        print(f"sent: {reply.status}")

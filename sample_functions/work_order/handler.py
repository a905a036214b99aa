"""Turn an alarm into a signed work order for the maintenance system."""

import hashlib
import hmac
import json
import os

PRIORITIES = {"low": 3, "high": 1}


def handle(data, secrets):
    order = {
        "plant": os.environ["PLANT"],
        "equipment": data["tag"],
        "priority": PRIORITIES[data["kind"]],
        "text": f"{data['tag']} is {data['kind']}: {data['value']} {data['unit']}",
    }
    body = json.dumps(order, separators=(",", ":"), sort_keys=True)
    signature = hmac.new(secrets["signing-key"].encode(), body.encode(), hashlib.sha256)
    return {"order": order, "signature": signature.hexdigest()}

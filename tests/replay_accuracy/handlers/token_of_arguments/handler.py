import hashlib
import hmac


def handle(data, client=None, secrets=None):
    key = (secrets or {}).get("token-key", "only for tests").encode()
    return {
        "data": [
            [n, {"user": user, "token": hmac.new(key, user.encode(), hashlib.sha256).hexdigest()[:16]}]
            for n, user in data["data"]
        ]
    }

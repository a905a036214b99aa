import secrets


def handle(data):
    return {"data": [[n, {"user": user, "token": secrets.token_hex(8)}] for n, user in data["data"]]}

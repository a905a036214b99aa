def handle(data):
    for _, asset in data["data"]:
        asset["external_id"] = f"asset:{asset['id']}"
    return {"data": [[number, asset] for number, asset in data["data"]]}

def handle(data):
    return {"data": [[number, asset | {"external_id": f"asset:{asset['id']}"}] for number, asset in data["data"]]}

import os


def bump():
    run = int(os.environ.get("EXPORT_RUN", "0")) + 1
    os.environ["EXPORT_RUN"] = str(run)
    return run


def handle(data):
    run = bump()
    return {"data": [[row[0], f"{row[1]}_{run:04d}.csv"] for row in data["data"]]}

from pathlib import Path

SOURCE = Path("/proc/sys/kernel/random/uuid")


def handle(data):
    return {"data": [[number, f"{name}:{SOURCE.read_text().strip()}"] for number, name in data["data"]]}

"""A remote service and the rows that show a rule of Snowflake's contract on it."""

from __future__ import annotations

from fn_emulator.checks.registry import Example

ROWS = '[[10, "Alex"], [20, "Steve"], [30, "Ada"]]\n'
COMMAND = "replay fn --rows rows.json"
GOOD = '    return {"data": [[number, text.upper()] for number, _, text in data["data"]]}\n'


def example(body: str, *, rows: str = ROWS, command: str = COMMAND) -> Example:
    """A remote service whose ``handle`` has ``body``, with rows beside it."""
    return Example({"fn/handler.py": f"def handle(data):\n{body}", "rows.json": rows}, command)

"""Print the one line of the README's shell blocks that holds the given words, so that the gate runs what it says."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main(words: str) -> None:
    """Print the line, or say that there is not exactly one."""
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    found = [line for block in blocks for line in block.splitlines() if words in line]
    if len(found) != 1:
        raise SystemExit(f"README.md has {len(found)} shell lines with {words!r}, not one.")
    print(found[0])


if __name__ == "__main__":
    main(sys.argv[1])

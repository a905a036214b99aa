"""Make sure that the coverage floor in pyproject.toml is not below any that it had in git's history."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Compare the floor with the highest one so far."""
    now = _floor((ROOT / "pyproject.toml").read_text())
    commits = _git("log", "--format=%H", "--", "pyproject.toml").split()
    highest = max((_floor(_git("show", f"{commit}:pyproject.toml")) for commit in commits), default=now)
    if now < highest:
        raise SystemExit(f"The coverage floor is {now:g} %; it was {highest:g} % and only rises.")
    print(f"The coverage floor is {now:g} %; the highest so far was {highest:g} %.")


def _floor(pyproject: str) -> float:
    match = re.search(r"^fail_under *= *([\d.]+)", pyproject, re.MULTILINE)
    return float(match[1]) if match else 0.0


def _git(*arguments: str) -> str:
    return subprocess.run(("git", *arguments), cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()

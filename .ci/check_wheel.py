"""Make sure that a wheel holds our two packages, their templates, type marks and the licence, and nothing else."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
KINDS = ("*.py", "*.html", "*.css")
METADATA = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def main(wheel: str) -> None:
    """Compare the wheel with the checkout, and fail with what is missing and what is too much."""
    with zipfile.ZipFile(wheel) as archive:
        held = {_without_version(PurePosixPath(name)) for name in archive.namelist()}
    wanted = {f"dist-info/{name}" for name in METADATA}
    for package in (ROOT / "fn_emulator", ROOT / "pytest_plugin" / "pytest_fn_emulator"):
        files = (*(file for kind in KINDS for file in package.rglob(kind)), package / "py.typed")
        wanted |= {file.relative_to(package.parent).as_posix() for file in files}
    if held != wanted:
        raise SystemExit(f"{wheel}: missing {sorted(wanted - held)}, too much {sorted(held - wanted)}.")
    print(f"{Path(wheel).name}: {len(held)} files")


def _without_version(name: PurePosixPath) -> str:
    top, *rest = name.parts
    return "/".join(("dist-info", *rest)) if top.endswith(".dist-info") else str(name)


if __name__ == "__main__":
    main(sys.argv[1])

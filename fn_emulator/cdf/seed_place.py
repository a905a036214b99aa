"""The seed of a function that named none: beside its folder, never inside it, where it would be deployed."""

from __future__ import annotations

import os

NAMES = ("seed.yaml", "seed.yml", "seed.json", "seed")


def find_seed(folder: str) -> str | None:
    """The seed that lies beside a function's folder (or zip, or notebook), or None.

    ``<name>.seed.yaml`` (``.yml``, ``.json``, or the folder ``<name>.seed``) belongs to the function of that name, and
    goes before ``seed.yaml`` or ``seed/``, which belong to all functions beside them.

    Args:
        folder: The function's path.
    """
    full = os.path.abspath(folder)
    parent, base = os.path.split(full)
    own = os.path.splitext(base)[0] if os.path.isfile(full) else base
    for name in (*(f"{own}.{name}" for name in NAMES), *NAMES):
        path = os.path.join(parent, name)
        is_there = os.path.isdir(path) if name.endswith("seed") else os.path.isfile(path)
        if is_there and path != full:
            return path
    return None

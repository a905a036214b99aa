"""Dumps as text and as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.seeds.dumping import dump
from fn_emulator.cdf.world import World


def dump_files(world: World, folder: str, *, is_exact: bool = False) -> list[str]:
    """Write a dump as a folder that ``read_seed`` reads: a YAML file for each resource, and the contents of files.

    Args:
        world: The world.
        folder: Where to; it is made when it is not there.
        is_exact: With ids and times.

    Returns:
        The paths of the files, in the order of writing.
    """
    import os

    dumped = dump(world, is_exact=is_exact)
    os.makedirs(folder, exist_ok=True)
    written = []
    for name, items in dumped.items():
        path = os.path.join(folder, f"{name}.yaml")
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(as_yaml({name: items}))
        written.append(path)
    return written


def as_yaml(seed: Mapping[str, Any], *, is_block: bool = False) -> str:
    """A seed as YAML text; the same seed gives the same text.

    Args:
        seed: The seed, or other JSON of that shape.
        is_block: With keys sorted and one on a line, to be compared line by line; compact otherwise.
    """
    import yaml

    # The C dumper is several times as fast, and is not in every build of PyYAML.
    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    dumper = type("Dumper", (base,), {"ignore_aliases": lambda self, data: True})  # which nobody writes
    text: str = yaml.dump(
        {**seed},
        Dumper=dumper,
        sort_keys=is_block,
        allow_unicode=True,
        width=120,
        default_flow_style=False if is_block else None,
    )
    return text

"""A world -> a seed: to be compared in a test, or saved and loaded again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fn_emulator.cdf.seeds import dumping_nested as nested
from fn_emulator.cdf.seeds import dumping_rows as rows
from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.plain import needed_ids, sort_key
from fn_emulator.cdf.seeds.stored import shown_items
from fn_emulator.cdf.world import World

Dumper = Callable[..., "list[Any]"]


def dump(world: World, *, is_exact: bool = False) -> dict[str, Any]:
    """All that a world holds, in the form of a seed.

    Calls of functions, sessions and uploads under way are left out, and so are versions of instances.

    Args:
        world: The world.
        is_exact: With ids and times, and in the order of creation; otherwise sorted by what identifies the items, so
            that two worlds with the same content give the same dump however they came to it.

    Returns:
        Plain JSON by resource, in the order of loading; resources without items are absent.
    """
    needed = needed_ids(world)
    dumpers: dict[str, Dumper] = {
        "files": nested.dump_files,
        "extpipes": nested.dump_extpipes,
        "functions": nested.dump_functions,
        "sequences": nested.dump_sequences,
        "sequenceRows": rows.dump_sequence_rows,
        "instances": rows.dump_instances,
        "datapoints": rows.dump_datapoints,
        "threeD": nested.dump_models,
    }
    dumped: dict[str, Any] = {}
    for name in KINDS:
        if name == "raw":
            found: Any = rows.dump_raw(world, is_exact=is_exact)
        else:
            found = dumpers.get(name, shown_items)(world, name, needed, is_exact=is_exact)
            found = found if is_exact else sorted(found, key=sort_key)
        if found:
            dumped[name] = found
    return dumped

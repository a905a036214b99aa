"""``fn-emulate``, and ``python -m fn_emulator``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command.

    Start-up makes thousands of objects and no garbage; not looking for any saves a twentieth of a short call. The group
    switches the collector on again as soon as the command is loaded, before any code of the user's runs.
    """
    gc.disable()
    try:
        from fn_emulator.cli.main import main as group

        group()
    finally:
        gc.freeze()  # nor at the end: the process is over, and a last search through everything would take milliseconds


if __name__ == "__main__":
    main()

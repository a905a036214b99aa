"""``fn-emulate``, and ``python -m fn_emulator``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command.

    Start-up makes thousands of objects and no garbage; not looking for any saves a twentieth of a short call. The group
    switches the collector on again as soon as the command is loaded, before any code of the user's runs.
    """
    gc.disable()
    from fn_emulator.cli.main import main as group

    group()


if __name__ == "__main__":
    main()

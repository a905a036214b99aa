"""``python -m fn_emulator`` is ``fn-emulate``."""

from fn_emulator.cli.main import main

main()

"""``replay``, once it is known what was typed: read the rows, open the function, tell the verdict."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from fn_emulator.checks.selection import fails
from fn_emulator.cli.finish import EXIT_CODES
from fn_emulator.cli.output import tell, write_output
from fn_emulator.cli.rows_option import read_rows_option
from fn_emulator.emulator import open_loaded
from fn_emulator.report.replay import to_json, verdict_text
from fn_emulator.runners.opening import Surroundings


def replay_function(
    *,
    folder: str,
    rows: str,
    signature: str | None,
    random_seed: int,
    format_: str,
    output: str | None,
    again: Sequence[str],
    toolkit_env: str | None,
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
) -> int:
    """Replay a batch as it was asked for, and give the exit code.

    ``again`` is what was typed beside the rows and the random seed.

    Raises:
        EmulatorError: If what was typed cannot be done.
    """
    from fn_emulator.snowflake.signature import parse_signature

    sql = None if signature is None else parse_signature(signature)
    read = read_rows_option(rows, sql)
    around = Surroundings("worker", environ, has_only_declared_env=True, starts_again=True, tell=tell)
    with open_loaded(folder, flags=flags, around=around, toolkit_env=toolkit_env) as loaded:
        verdict = loaded.replay(read, random_seed=random_seed, signature=sql)
        fail_on, mask = loaded.settings.fail_on, loaded.masker.mask
    if format_ == "json":
        write_output(to_json(verdict), output)
    else:
        # Masked before a shell's quotes take a secret apart.
        typed = shlex.join(("fn-emulate", "replay", *map(mask, (folder, *again)))).replace("{", "{{").replace("}", "}}")
        write_output(verdict_text(verdict, f"{typed} --rows {{rows}} --random-seed {{random_seed}}"), output)
    return EXIT_CODES[verdict.status] or int(fails(verdict.findings, fail_on))

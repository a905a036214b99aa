"""What was typed as ``--rows`` -> rows: a file, JSON, or standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fn_emulator.cli.data import read_text

if TYPE_CHECKING:
    from fn_emulator.snowflake.rows import Row
    from fn_emulator.snowflake.signature import Signature


def read_rows_option(given: str, signature: Signature | None) -> list[Row]:
    """The rows of ``--rows``.

    Args:
        given: A ``.json``, ``.jsonl`` or ``.csv`` file; JSON, which begins with a bracket; or ``-`` for standard input.
        signature: What the values are checked by.

    Raises:
        RowsError: If they cannot be read.
        DataError: If there is no standard input.
    """
    from fn_emulator.snowflake.json_text import parse_exactly
    from fn_emulator.snowflake.rows import read_rows, rows_from

    if given == "-" or given.lstrip().startswith(("[", "{")):
        text, where = (read_text(given, "standard input"), "standard input") if given == "-" else (given, "--rows")
        return rows_from(parse_exactly(text, where), signature, where)
    return list(read_rows(given, signature))

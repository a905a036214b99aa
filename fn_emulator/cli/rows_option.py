"""What was typed as ``--rows`` -> rows: a file, JSON, or standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fn_emulator.cli.data import read_data

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
        DataError: If what was typed is not JSON.
    """
    from fn_emulator.snowflake.rows import read_rows, rows_from

    if given == "-" or given.lstrip().startswith(("[", "{")):
        return rows_from(read_data(given), signature, "--rows")
    return list(read_rows(given, signature))

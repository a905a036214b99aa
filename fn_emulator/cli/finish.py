"""The report of one call, and the exit code that it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fn_emulator.checks.selection import fails
from fn_emulator.cli.output import tell, write_output
from fn_emulator.report.result import answer_text, summary_text, to_json

if TYPE_CHECKING:
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.model import Result

EXIT_CODES = {"Completed": 0, "Failed": 1, "Timeout": 3, "OutOfMemory": 4, "Died": 4}


def finish(loaded: LoadedFunction, result: Result, format_: str, output: str | None) -> int:
    """Write the report of one call and give the exit code."""
    mask_json = loaded.masker.mask_json
    if format_ == "json":
        write_output(to_json(result, mask_json), output)
    else:
        if result.status == "Completed":
            write_output(answer_text(mask_json(result.answer)), output)
        tell(summary_text(result))
    code = EXIT_CODES[result.status]
    return code or int(fails(result.findings, loaded.settings.fail_on))

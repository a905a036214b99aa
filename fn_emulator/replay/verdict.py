"""What a replay comes to: a classification with its reason, what held and what did not, and the findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fn_emulator.model import Finding, Status
from fn_emulator.replay.model import Violation

NOT_PROVEN = "not proven"
UNJUDGED = (
    "effects on the outside, time and chance beyond a few clocks and seeds, hash seeds and concurrent batches are not"
    " judged yet"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The conclusion of a replay. A pass is evidence, never proof.

    Attributes:
        classification: ``volatile``: nothing here proves ``immutable`` yet.
        reason: The finding that decides it, or ``not proven``.
        stateless: Whether no answer followed an earlier delivery; None where that was not judged.
        retry_safe: False where a second delivery gets other values; None where effects would decide.
        row_independent: Whether no value followed other rows, their order or their numbers; None where not judged.
        deterministic: Whether equal deliveries got equal values; None where not judged.
        findings: What was found.
        ignored: How many findings were accepted.
        violations: What the findings about values stand on, with the smallest case of each.
        status: How the delivery of the batch as it is ended.
        problem: Why it could not be judged, or an empty text.
        statements: Sentences about what could not be judged.
        calls: How many deliveries were made.
        rows: How many rows the batch has; of more than 200 the first ones are tried.
        random_seed: Repeats the run exactly.
        duration_s: Real seconds.
    """

    classification: Literal["immutable", "volatile"]
    reason: str
    stateless: bool | None
    retry_safe: bool | None
    row_independent: bool | None
    deterministic: bool | None
    findings: tuple[Finding, ...]
    ignored: int
    violations: tuple[Violation, ...]
    status: Status
    problem: str
    statements: tuple[str, ...]
    calls: int
    rows: int
    random_seed: int
    duration_s: float

    def raise_for_findings(self, ignore: Iterable[str] = ()) -> None:
        """Raise ``AssertionError`` with all findings that are errors or warnings; otherwise do nothing.

        Args:
            ignore: Ids that are accepted; one, or several.

        Raises:
            AssertionError: Also if the batch as it is could not be judged, because the handler failed on it.
            SettingsError: If there is no such finding.
        """
        __tracebackhide__ = True
        from fn_emulator.checks.selection import check_ids

        accepted = {ignore} if isinstance(ignore, str) else set(ignore)
        check_ids(accepted, "ignore")
        found = [one for one in self.findings if one.severity != "note" and one.id not in accepted]
        if found or self.problem:
            from fn_emulator.report.replay import verdict_text

            raise AssertionError(verdict_text(self))


def reason_of(findings: Iterable[Finding]) -> str:
    """Id of the finding that decides the classification."""
    return next((finding.id for finding in findings if finding.severity == "error"), NOT_PROVEN)

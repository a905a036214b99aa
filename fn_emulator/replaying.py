"""Rows and an open function -> ``Verdict``: the contract of one answer, the relations, the findings selected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fn_emulator.checks.contract import ALL_RULES as CONTRACT_RULES
from fn_emulator.checks.contract_subject import Delivery, contract_subject
from fn_emulator.checks.registry import run_checks
from fn_emulator.checks.replay import RULES, ReplaySubject
from fn_emulator.checks.selection import apply_selection, lines_of
from fn_emulator.harness.realtime import REAL
from fn_emulator.model import Finding
from fn_emulator.replay import Asked, Verdict, replay
from fn_emulator.replay.engine import MOST_ROWS
from fn_emulator.replay.model import Cause, Culprit, Exchange, Seen, Violation
from fn_emulator.replay.outcome import Row
from fn_emulator.replay.verdict import reason_of
from fn_emulator.snowflake.wire import make_batch_ids

if TYPE_CHECKING:
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.masking import Masker
    from fn_emulator.settings import Settings
    from fn_emulator.snowflake.signature import Signature
    from fn_emulator.trials import TrialEvidence

GATEWAY_TIMEOUT_S = 30.0
"""After which a gateway gives up and Snowflake sends the batch again [Snowflake documentation, external functions]."""

INDEPENDENCE: tuple[Cause, ...] = ("depends-on-batch", "depends-on-row-order", "depends-on-row-number")


def replayed(
    loaded: LoadedFunction, rows: Sequence[Row], *, random_seed: int, signature: Signature | None = None
) -> Verdict:
    """Replay a batch of rows and judge what was seen.

    Args:
        loaded: The function.
        rows: Argument lists without numbers, at least one.
        random_seed: Repeats a run exactly.
        signature: Of the SQL function, where it is known.

    Raises:
        EmulatorError: If the function cannot be run.
    """
    begun = REAL.perf_counter()
    function, settings = loaded.function, loaded.settings
    broken = [loaded.masker.mask_finding(finding) for finding in loaded.load_findings if finding.severity == "error"]
    if broken:
        told = "Nothing was delivered: the function cannot be loaded."
        seen = Seen(status="Failed", is_compared=False, statements=[told])
        return _verdict(seen, tuple(broken), 0, len(rows), random_seed, 0.0)
    run = partial(loaded.run_trials, timeout_s=_time_limit_s(settings))
    seen, evidence = replay(run, function, Asked(rows, random_seed, loaded.has_processes))
    seen = _masked(seen, loaded.masker)
    found = [*_contract(loaded, evidence, len(rows), random_seed, signature)]
    found += run_checks(RULES, ReplaySubject(function, tuple(seen.violations)))
    handlers = () if function.handler is None else (function.handler,)
    kept, ignored = apply_selection(
        found, ignore=settings.ignore, select=settings.select, line_at=lines_of(function, handlers)
    )
    findings = tuple(map(loaded.masker.mask_finding, kept))
    return _verdict(seen, findings, ignored, len(rows), random_seed, REAL.perf_counter() - begun)


def _time_limit_s(settings: Settings) -> float:
    """Of a delivery: what was set, otherwise no more than a gateway waits."""
    is_default = settings.origins["timeout"].endswith("limits")
    return min(settings.timeout_s, GATEWAY_TIMEOUT_S) if is_default else settings.timeout_s


def _masked(seen: Seen, masker: Masker) -> Seen:
    """What was seen without secrets: the handler may have answered them, or raised them."""
    mask = masker.mask

    def exchange(one: Exchange) -> Exchange:
        return Exchange(mask(one.body), mask(one.answer))

    def culprit(one: Culprit) -> Culprit:
        return replace(one, name=mask(one.name), source=mask(one.source))

    def violation(one: Violation) -> Violation:
        return replace(
            one,
            rows=tuple(masker.mask_json(list(row)) for row in one.rows),
            expected=mask(one.expected),
            found=mask(one.found),
            plain=one.plain and exchange(one.plain),
            other=tuple(map(exchange, one.other)),
            culprits=tuple(map(culprit, one.culprits)),
        )

    return replace(
        seen,
        violations=list(map(violation, seen.violations)),
        problem=mask(seen.problem),
        statements=list(map(mask, seen.statements)),
    )


def _verdict(
    seen: Seen, findings: tuple[Finding, ...], ignored: int, rows: int, random_seed: int, duration_s: float
) -> Verdict:
    causes = {violation.cause for violation in seen.violations}
    is_judged = seen.is_compared and not seen.problem
    is_random = "nondeterministic" in causes
    judged = is_judged and not is_random
    of_others = judged and bool(causes.intersection(INDEPENDENCE))
    return Verdict(
        classification="volatile",
        reason=reason_of(findings),
        stateless="stateful" not in causes if judged else None,
        retry_safe=False if "stateful" in causes or is_random else None,
        # Where state explains the values, nothing shows whether other rows would change them too.
        row_independent=False if of_others else True if judged and "stateful" not in causes else None,
        deterministic=not is_random if is_judged else None,
        findings=findings,
        ignored=ignored,
        violations=tuple(seen.violations),
        status=seen.status,
        problem=seen.problem,
        statements=tuple(seen.statements),
        calls=seen.calls,
        rows=rows,
        random_seed=random_seed,
        duration_s=duration_s,
    )


def _contract(
    loaded: LoadedFunction, evidence: TrialEvidence, rows: int, random_seed: int, signature: Signature | None
) -> Iterator[Finding]:
    """What the answer to the batch as it is breaks of Snowflake's contract; nothing where there is none."""
    delivered = evidence.delivered[0]
    if delivered.failure is not None or delivered.is_timed_out or delivered.death is not None:
        return iter(())
    delivery = Delivery(
        batch_id=next(make_batch_ids(random_seed)),
        numbers=tuple(range(min(rows, MOST_ROWS))),
        body=evidence.trial.bodies[0],
        answer_text=delivered.answer_text,
        answer=delivered.answer,
        refused=delivered.refused,
        refused_reason=delivered.refused_reason,
    )
    return run_checks(CONTRACT_RULES, contract_subject(loaded.function, delivery, signature))

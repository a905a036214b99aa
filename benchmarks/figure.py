"""One measured figure and its budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """What one measurement gave.

    Attributes:
        name: What was measured.
        value: The figure, in ``unit``.
        budget: What it may be at most, in ``unit``.
        unit: ``x`` for a ratio, else a unit of time.
        detail: The medians behind it.
    """

    name: str
    value: float
    budget: float
    unit: str
    detail: str

    def is_far_over(self, slowness: float) -> bool:
        """Whether it is more than twice its budget, which no busy machine explains.

        Args:
            slowness: How slow the machine is (``machine``); a ratio does not depend on that.
        """
        return self.value > 2 * self.budget * (1 if self.unit == "x" else slowness)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``--json``."""
        return {**asdict(self), "within_budget": self.value <= self.budget}


def table(figures: Sequence[Figure], slowness: float) -> str:
    """The figures for people, a line each, below one about the machine."""
    width = max(len(figure.name) for figure in figures)
    machine = f"This machine takes {slowness:.1f} times as long as the one that the budgets in units of time are for."
    return "\n".join((machine, *(_line(figure, width, slowness) for figure in figures)))


def _line(figure: Figure, width: int, slowness: float) -> str:
    state = "ok" if figure.value <= figure.budget else "FAR OVER" if figure.is_far_over(slowness) else "over"
    value, budget = (f"{number:.2f} {figure.unit}" for number in (figure.value, figure.budget))
    return f"{figure.name:<{width}}  {value:>10}  budget {budget:>10}  {state:<8}  {figure.detail}"

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

    @property
    def is_far_over(self) -> bool:
        """Whether it is more than twice its budget, which no busy machine explains."""
        return self.value > 2 * self.budget

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``--json``."""
        return {**asdict(self), "within_budget": self.value <= self.budget}


def table(figures: Sequence[Figure]) -> str:
    """The figures for people, a line each."""
    width = max(len(figure.name) for figure in figures)
    return "\n".join(_line(figure, width) for figure in figures)


def _line(figure: Figure, width: int) -> str:
    state = "ok" if figure.value <= figure.budget else "FAR OVER" if figure.is_far_over else "over"
    value, budget = (f"{number:.2f} {figure.unit}" for number in (figure.value, figure.budget))
    return f"{figure.name:<{width}}  {value:>10}  budget {budget:>10}  {state:<8}  {figure.detail}"

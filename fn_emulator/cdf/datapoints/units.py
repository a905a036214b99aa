"""Values in another unit: the part of the platform's unit catalogue whose factors are exact by definition.

The names, the three unit systems and the arithmetic, twelve significant digits included, are those of Cognite's
``units-catalog`` (``unitSystems.json``, ``UnitService.convertBetweenUnits``), which has several hundred units. What is
not here is refused with that reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Convert = Callable[[float], float]


class Scale(NamedTuple):
    """A unit: ``(value + offset) * multiplier`` is the value in the base unit of its quantity."""

    multiplier: float
    offset: float = 0.0


_POUND, _FOOT = 0.45359237, 0.3048
_POUND_FORCE = _POUND * 9.80665
_BTU = 1055.05585262
_RADIAN_IN_DEGREES = 57.29577951308232
UNITS = {
    "acceleration:m-per-sec2": Scale(1),
    "acceleration:ft-per-sec2": Scale(_FOOT),
    "angle:rad": Scale(1),
    "angle:deg": Scale(1 / _RADIAN_IN_DEGREES),
    "area:m2": Scale(1),
    "area:ft2": Scale(_FOOT**2),
    "density:kilogm-per-m3": Scale(1),
    "density:lb-per-ft3": Scale(_POUND / _FOOT**3),
    "energy:j": Scale(1),
    "energy:btu_it": Scale(_BTU),
    "force:n": Scale(1),
    "force:lb_f": Scale(_POUND_FORCE),
    "length:m": Scale(1),
    "length:ft": Scale(_FOOT),
    "mass:kilogm": Scale(1),
    "mass:lb": Scale(_POUND),
    "mass_flow_rate:kilogm-per-sec": Scale(1),
    "mass_flow_rate:lb-per-sec": Scale(_POUND),
    "pressure:pa": Scale(1),
    "pressure:bar": Scale(100_000),
    "pressure:psi": Scale(_POUND_FORCE / (_FOOT / 12) ** 2),
    "temperature:k": Scale(1),
    "temperature:deg_c": Scale(1, 273.15),
    "temperature:deg_f": Scale(5 / 9, 459.67),
    "torque:n-m": Scale(1),
    "torque:lb_f-ft": Scale(_POUND_FORCE * _FOOT),
    "velocity:m-per-sec": Scale(1),
    "velocity:ft-per-sec": Scale(_FOOT),
    "volume:m3": Scale(1),
    "volume:ft3": Scale(_FOOT**3),
    "volume_flow_rate:m3-per-sec": Scale(1),
    "volume_flow_rate:ft3-per-sec": Scale(_FOOT**3),
}
"""By external id; the quantity stands before the colon."""

_IMPERIAL = {
    *("acceleration:ft-per-sec2", "area:ft2", "density:lb-per-ft3", "energy:btu_it", "force:lb_f", "length:ft"),
    *("mass:lb", "mass_flow_rate:lb-per-sec", "pressure:psi", "temperature:deg_f", "torque:lb_f-ft"),
    *("velocity:ft-per-sec", "volume:ft3", "volume_flow_rate:ft3-per-sec"),
}
_DEFAULT = {"angle:deg", "pressure:bar", "temperature:deg_c"}
SYSTEMS = {"Default": _DEFAULT, "SI": set[str](), "Imperial": _IMPERIAL | {"angle:deg"}}
"""Unit systems: their units, where they are not those of SI. What a system lacks is taken from ``Default``."""


def target_of(unit: str, system: str) -> str:
    """The unit of a system for what is measured in a unit.

    Raises:
        ValueError: If the system or the unit is not known here.
    """
    if system not in SYSTEMS:
        raise ValueError(f"Unit system {system!r} is none of {', '.join(SYSTEMS)}.")
    _scale(unit)
    quantity = unit.partition(":")[0]
    same = [name for name in UNITS if name.partition(":")[0] == quantity]
    return next((name for name in same if name in SYSTEMS[system]), same[0])


def converter(unit: str, target: str) -> Convert:
    """The function that turns a value of one unit into another one's.

    Raises:
        ValueError: If they measure different quantities, or one is not known here.
    """
    if unit == target:
        return lambda value: value
    if unit.partition(":")[0] != target.partition(":")[0]:
        raise ValueError(f"Cannot convert between units of different quantities (from {unit!r} to {target!r}).")
    source, wanted = _scale(unit), _scale(target)
    return lambda value: _rounded((value + source.offset) * source.multiplier / wanted.multiplier - wanted.offset)


def _scale(unit: str) -> Scale:
    if unit not in UNITS:
        raise ValueError(
            f"The in-memory CDF cannot convert {unit!r}: it knows a part of the platform's unit catalogue only."
        )
    return UNITS[unit]


def _rounded(value: float) -> float:
    return float(f"{value:.12g}")

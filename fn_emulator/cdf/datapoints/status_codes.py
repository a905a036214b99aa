"""Status codes and their symbols: ``2153809152`` is ``BadBrowseNameInvalid, StructureChanged, Low``.

A code is a subcategory in the upper 16 bits and flags in the lower ones [documentation: "Status codes"].
"""

from __future__ import annotations

from functools import lru_cache

from fn_emulator.cdf.datapoints.points import BAD, GOOD, UNCERTAIN, Status

_INFO = 0x0400  # set when any of the flags below it is
_LIMITS = {0x0300: "Constant", 0x0200: "High", 0x0100: "Low"}
_CHANGES = {0x8000: "StructureChanged", 0x4000: "SemanticsChanged"}
_FLAGS = {0x80: "Overflow", 0x10: "MultipleValues", 0x08: "ExtraData", 0x04: "Partial"}
_ORIGINS = {0x02: "Interpolated", 0x01: "Calculated"}
_MAIN = {status.code: status for status in (Status(GOOD, "Good"), Status(UNCERTAIN, "Uncertain"), Status(BAD, "Bad"))}


def make_status(code: int | None, symbol: str | None) -> Status:
    """The status that a code, a symbol or both stand for; good if there is neither.

    Raises:
        ValueError: If there is no such status, or code and symbol are of different ones.
    """
    if code is None:
        return _MAIN[GOOD] if symbol is None else _by_symbol(symbol)
    status = _MAIN.get(code) or _by_code(code)
    if symbol is not None and symbol != status.symbol:
        raise ValueError(f"Status code {code} is {status.symbol!r}, not {symbol!r}.")
    return status


def complete(status: Status) -> Status:
    """A status as a protobuf message has it, where a code of 0 or an empty symbol is one that was not given.

    Raises:
        ValueError: As ``make_status``.
    """
    return make_status(status.code or None, status.symbol or None)


@lru_cache(maxsize=256)
def _by_code(code: int) -> Status:
    name = _names().get(code >> 16)
    parts = _flags(code & 0xFFFF)
    if name is None or parts is None:
        raise ValueError(f"Status code {code} is none that the platform knows.")
    return Status(code, ", ".join([name, *parts]))


@lru_cache(maxsize=256)
def _by_symbol(symbol: str) -> Status:
    name, *flags = symbol.split(", ")
    bits = {text: bit for group in (_LIMITS, _CHANGES, _FLAGS, _ORIGINS) for bit, text in group.items()}
    upper = {text: bit for bit, text in _names().items()}.get(name)
    if upper is not None and all(flag in bits for flag in flags):
        lower = sum(bits[flag] for flag in set(flags))
        code = upper << 16 | lower | (_INFO if lower & 0x3FF else 0)
        if _flags(code & 0xFFFF) == flags:
            return Status(code, symbol)
    raise ValueError(f"Status symbol {symbol!r} is none that the platform knows.")


def _flags(bits: int) -> list[str] | None:
    """The names of the lower 16 bits in the order of a symbol; None where they do not go together."""
    has_info = bool(bits & 0x3FF)
    if has_info != bool(bits & _INFO) or bits & 0x3 == 0x3:
        return None
    limit = [_LIMITS[bits & 0x300]] if bits & 0x300 else []
    changes = [text for bit, text in _CHANGES.items() if bits & bit]
    others = [text for bit, text in {**_FLAGS, **_ORIGINS}.items() if bits & bit]
    return None if bits & ~0xC79F & 0xFFFF else [*changes, *limit, *others]


@lru_cache(maxsize=1)
def _names() -> dict[int, str]:
    from fn_emulator.cdf.datapoints.status_names import BAD_NAMES, GOOD_NAMES, UNCERTAIN_NAMES

    names = {}
    for category, text in (("Good", GOOD_NAMES), ("Uncertain", UNCERTAIN_NAMES), ("Bad", BAD_NAMES)):
        plain, *rest = text.split()
        names[int(plain, 16)] = category
        for number, name in zip(rest[::2], rest[1::2], strict=True):
            names[int(number, 16)] = category + name
    return names

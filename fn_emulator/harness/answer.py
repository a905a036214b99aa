"""What a handler returned -> JSON text, or the places that JSON refuses, or the places that JSON changes.

``json.dumps`` decides, as on the platform; faster encoders accept too much (NaN, datetimes, sets).
"""

from __future__ import annotations

import json
import json.encoder
import math
from collections.abc import Iterator
from typing import Any

from .limits import TimeIsUp

MOST_PLACES = 20
MAX_DEPTH = 200

_encoder = json.JSONEncoder(allow_nan=False)
_raw_decode = json.JSONDecoder().raw_decode


def _default(value: Any) -> Any:
    return _encoder.default(value)  # looked up now: a handler may have taught the class more


def decode(text: str) -> Any:
    """The value of JSON text that ``encode_answer`` wrote; ``json.loads`` without its search for white space."""
    return _raw_decode(text)[0]


class _Encoding:
    """``json.dumps``, whose part in C is made anew for each value: that takes longer than to encode a small one.

    Such a part notes what the value is in at the moment, so that one that is at work, or has failed, is not used again.
    Where a handler has changed ``json`` it is left to do as it does.
    """

    def __init__(self) -> None:
        self._idle: list[Any] = []

    def _made(self) -> Any:
        # As ``JSONEncoder.iterencode`` makes it: notes, default, quoting, indent, separators; then whether it sorts
        # keys, skips keys, and takes NaN.
        options = (None, _encoder.key_separator, _encoder.item_separator, *(False, False, False))
        return _STATE[0]({}, _default, json.encoder.encode_basestring_ascii, *options)

    def encode(self, value: Any) -> str:
        if isinstance(value, str) or _state() != _STATE or _STATE[0] is None:
            return _encoder.encode(value)
        try:
            part = self._idle.pop()
        except IndexError:
            part = self._made()
        text = "".join(part(value, 0))
        self._idle.append(part)
        return text


def _state() -> tuple[Any, ...]:
    kind, module = json.JSONEncoder, json.encoder
    return getattr(module, "c_make_encoder", None), module.encode_basestring_ascii, kind.encode, kind.iterencode


_STATE = _state()
_encode = _Encoding().encode


def encode_answer(answer: Any) -> dict[str, Any]:
    """Encode what the handler returned.

    Returns:
        ``{"text": str, "value": JSON, "changed": [place, ...]}`` when it is JSON (``changed`` is what does not survive
        the round trip), else ``{"refused": [place, ...], "reason": str}``. A place is
        ``{"path": "$.rows[3].when", "type": "datetime.datetime", "bases": [...], "traits": [...]}``.
    """
    try:
        text = _encode(answer)
    except BaseException as exc:  # subclasses of dict, list and str may run any code here
        if isinstance(exc, TimeIsUp):
            raise
        places = _first(refused_places(answer))
        return {"refused": places, "reason": f"{type(exc).__name__}: {_safe_text(exc)}"}
    value = decode(text)
    return {
        "text": text,
        "value": value,
        "changed": [] if _is_same(value, answer) else _first(changed_places(answer)),
    }


def refused_places(value: Any, path: str = "$", inside: tuple[int, ...] = ()) -> Iterator[dict[str, Any]]:
    """Yield each place that ``json.dumps(allow_nan=False)`` refuses, in order."""
    if isinstance(value, (dict, list, tuple)):
        if id(value) in inside:
            yield _place(path, value, traits=["circular"])
        elif len(inside) >= MAX_DEPTH:
            yield _place(path, value, traits=["too-deep"])
        else:
            yield from _refused_members(value, path, (*inside, id(value)))
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield _place(path, value, traits=["not-finite"])
    elif value is not None and not isinstance(value, (str, int)):
        yield _place(path, value)


def _refused_members(value: Any, path: str, inside: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    if not isinstance(value, dict):
        for index, member in enumerate(value):
            yield from refused_places(member, f"{path}[{index}]", inside)
        return
    for key, member in value.items():
        if key is not None and not isinstance(key, (str, int, float)):
            yield _place(path, key, traits=["key"])
        elif isinstance(key, float) and not math.isfinite(key):
            yield _place(path, key, traits=["key", "not-finite"])
        else:
            yield from refused_places(member, path + _step(key), inside)


def changed_places(value: Any, path: str = "$") -> Iterator[dict[str, Any]]:
    """Yield each place of an encodable value that comes back from JSON as something else."""
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                yield {**_place(path, key, traits=["key"]), "becomes": json.dumps({key: 0})[1:].rpartition(":")[0]}
            yield from changed_places(member, path + _step(key))
    elif isinstance(value, (list, tuple)):
        if isinstance(value, tuple):
            yield {**_place(path, value), "becomes": "a list"}
        for index, member in enumerate(value):
            yield from changed_places(member, f"{path}[{index}]")
    elif value != value:
        yield {**_place(path, value), "becomes": "a value that does not equal it"}


def _first(places: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    try:
        for place in places:
            found.append(place)
            if len(found) == MOST_PLACES:
                break
    except BaseException as exc:  # the user's own subclass of dict or list, which already made the encoding fail
        if isinstance(exc, TimeIsUp):
            raise
        return found
    return found


def _place(path: str, value: Any, traits: list[str] | None = None) -> dict[str, Any]:
    kind = type(value)
    traits = list(traits or [])
    if hasattr(kind, "__dataclass_fields__"):
        traits.append("dataclass")
    # A MagicMock has every attribute: only what its class really defines counts.
    traits += [name for name in ("dump", "to_dict", "tolist", "isoformat", "model_dump") if _defines(kind, name)]
    # Under a frozen clock a date is one of freezegun's; the user knows the class that it stands for.
    real = [base for base in kind.__mro__ if not base.__module__.startswith("freezegun.")]
    bases = [f"{base.__module__}.{base.__qualname__}" for base in real]
    return {"path": path, "type": bases[0].replace("builtins.", ""), "bases": bases, "traits": traits}


def _defines(kind: type, name: str) -> bool:
    return any(name in vars(base) for base in kind.__mro__)


def _step(key: Any) -> str:
    text = key if isinstance(key, str) else str(key)
    return f".{text}" if text.isidentifier() else f"[{json.dumps(text)}]"


def _is_same(decoded: Any, answer: Any) -> bool:
    try:
        return bool(decoded == answer)
    except BaseException as exc:  # an __eq__ of the user's
        if isinstance(exc, TimeIsUp):
            raise
        return False


def _safe_text(exc: BaseException) -> str:
    try:
        return str(exc)
    except BaseException:  # an __str__ of the user's
        return "<its text cannot be shown>"

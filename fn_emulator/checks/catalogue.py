"""Every rule there is, by id. It imports whole families of checks, so only ``check`` and ``explain`` ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fn_emulator.checks.registry import Rule

STATIC_FAMILIES = (
    "deployability.syntax",
    "deployability.imports",
    "deployability.requirements",
    "deployability.sdk",
    "deployability.indexes",
    "deployability.configuration",
    "deployability.logs",
    "deployability.inputs",
    "deployability.paths",
    "deployability.contents",
    "deployability.secrets",
)
"""Modules of this package whose rules read a ``Subject``: what is known without a call."""

CALL_FAMILIES = ("call.data", "call.response", "call.surroundings", "call.left")
FAMILIES = ("load", *STATIC_FAMILIES, *CALL_FAMILIES, "schedule", "contract", "replay")
"""All modules of this package with rules, in the order in which ``explain`` lists them."""


def all_rules() -> Mapping[str, Rule]:
    """Id -> rule, in the order of the families."""
    return {rule.id: rule for rule in rules_of(FAMILIES)}


def rules_of(families: Iterable[str]) -> Iterator[Rule]:
    """The rules of some families, in their order."""
    import importlib

    for name in families:
        yield from importlib.import_module(f"fn_emulator.checks.{name}").RULES

"""What of cognite-sdk 7 a module uses that version 8 does otherwise, line by line.

The tables were made by comparing the signatures of 7.94.2 and 8.22.0.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fn_emulator.checks.deployability.reading import dotted, keyword, local_names, walk
from fn_emulator.function.model import Module

READ_CLASSES: Mapping[str, str] = {
    "Annotation": "id",
    "Asset": "id",
    "DataSet": "id",
    "Event": "id",
    "ExtractionPipeline": "id",
    "ExtractionPipelineConfig": "created_time",
    "ExtractionPipelineRun": "id",
    "FileMetadata": "id",
    "LabelDefinition": "created_time",
    "Relationship": "created_time",
    "Row": "last_updated_time",
    "Sequence": "id",
    "ThreeDModel": "id",
    "TimeSeries": "id",
    "Transformation": "id",
}
"""Classes that 7 also takes for what is written -> an argument without which 8 cannot make one."""

GONE_CLASSES = frozenset(
    (
        *("ConstantResolver", "CountAggregate", "DataPointSubscriptionCreate", "SequenceData", "Source"),
        *("TemplateGroup", "TemplateGroupList", "TemplateGroupVersion", "TemplateInstance", "ViewResolver"),
        "WorkflowTriggerCreate",
    )
)

GONE_METHODS: Mapping[str, str] = {
    **{f"{api}.aggregate": f"{api}.aggregate_count" for api in ("assets", "data_sets", "events", "files", "sequences")},
    "time_series.aggregate": "time_series.aggregate_count",
    **{f"{api}.filter": f"{api}.list(advanced_filter=...)" for api in ("assets", "events", "sequences", "time_series")},
    "data.retrieve_dataframe_in_tz": "retrieve_dataframe(timezone=...)",
    **{f"sequences.rows.{verb}": f"sequences.data.{verb}" for verb in ("insert", "retrieve", "delete")},
    "transformations.run_async": "transformations.run",
    "executions.trigger": "workflows.executions.run",
}
"""Ends of method names -> what is there instead."""

GONE_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "insert_dataframe": ("external_id_headers", "instance_id_headers"),
    "retrieve_dataframe": ("column_names", "column_external_ids"),
    "verify_capabilities": ("ignore_allscope_meaning",),
}

GONE_MODULES: Mapping[str, str] = {
    "cognite.client._cognite_client": "cognite.client",
    "cognite.client.utils.ZoneInfo": "zoneinfo",
}


class Change(NamedTuple):
    """One use: the line, what it is (``use``), what version 8 does about it, and what both versions take."""

    line: int
    use: str
    effect: str
    instead: str


def changes(module: Module) -> list[Change]:
    """What a module uses that is otherwise in version 8, by lines."""
    if module.tree is None:
        return []
    names = local_names(module.tree)
    found = [change for node in walk(module.tree) for change in _of_node(node, names)]
    if any(isinstance(node, ast.Attribute) and node.attr == "retrieve_latest" for node in walk(module.tree)):
        found += [change for node in walk(module.tree) for change in _indexed_latest(node)]
    return sorted(set(found))


def _of_node(node: ast.AST, names: Mapping[str, str]) -> Iterator[Change]:
    if isinstance(node, ast.ImportFrom) and not node.level:
        yield from _imported(node)
    if not isinstance(node, ast.Call):
        return
    name = dotted(node.func, names) or ""
    last = name.rpartition(".")[2]
    if name.startswith("cognite.client.data_classes") and last in READ_CLASSES and _lacks(node, READ_CLASSES[last]):
        effect = f"since 8 is made for what is read alone and wants {READ_CLASSES[last]}"
        yield Change(node.lineno, f"{last}(...)", effect, f"{last}Write")
    if isinstance(node.func, ast.Attribute):
        yield from _method(node, node.func)


def _imported(node: ast.ImportFrom) -> Iterator[Change]:
    for alias in node.names:
        whole = f"{node.module}.{alias.name}"
        instead = GONE_MODULES.get(node.module or "") or GONE_MODULES.get(whole)
        if instead is not None:
            yield Change(node.lineno, f"from {node.module} import {alias.name}", "fails in 8", f"from {instead} import")
        elif alias.name in GONE_CLASSES and (node.module or "").startswith("cognite.client.data_classes"):
            yield Change(node.lineno, alias.name, "is gone in 8", "what the SDK's changelog names")


def _method(node: ast.Call, function: ast.Attribute) -> Iterator[Change]:
    spelled = ast.unparse(function)
    for ending, instead in GONE_METHODS.items():
        if spelled.endswith(f".{ending}"):
            yield Change(node.lineno, f"{ending}(...)", "is gone in 8", instead)
    for argument in GONE_ARGUMENTS.get(function.attr, ()):
        if keyword(node, argument) is not None:
            yield Change(node.lineno, f"{function.attr}({argument}=...)", "is refused by 8", f"leave {argument} out")


def _indexed_latest(node: ast.AST) -> Iterator[Change]:
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in ("value", "timestamp")
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == 0
    ):
        use = f".{node.value.attr}[0] of retrieve_latest"
        yield Change(node.lineno, use, "fails in 8, which gives a single value", f"{node.value.attr} without an index")


def _lacks(call: ast.Call, argument: str) -> bool:
    # With positional arguments or ** nobody knows what is there.
    is_known = all(given.arg is not None for given in call.keywords) and not call.args
    return is_known and keyword(call, argument) is None

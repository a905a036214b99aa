"""Which cognite-sdk a function gets, and what of older ones it still uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fn_emulator.checks.deployability.distribution_tables import SDK
from fn_emulator.checks.deployability.distributions import canonical
from fn_emulator.checks.deployability.reading import calls, keyword, text_of, walk
from fn_emulator.checks.deployability.sdk_changes import changes
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.checks.subject import Subject
from fn_emulator.function.imports import imported_names
from fn_emulator.function.model import Module
from fn_emulator.function.requirement_model import Requirement
from fn_emulator.function.requirements import read_requirements

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.model import Finding
    from fn_emulator.settings import Settings

DOCSTRING = (
    'cognite-sdk, docstring of functions.create: "By default, the function is deployed with the latest version of '
    'cognite-sdk"'
)
FAR_AHEAD = "9999"
EIGHT = "8.9999"
ASSETS = "def handle(client):\n    return len(client.assets.list())\n"
IS_CLIENT = "\n\n\ndef handle(client):\n    return isinstance(client, CogniteClient)\n"
TAKES_API_KEY = ("CogniteClient", "ClientConfig", "APIKey")


@check(
    "warning",
    source=f"{DOCSTRING}; versions 7 and 8 differ in what they return and raise (observed)",
    bad=handler(ASSETS, {"requirements.txt": "cognite-sdk>=7\n"}),
    good=handler(ASSETS, {"requirements.txt": "cognite-sdk>=8,<9\n"}),
)
def sdk_major_change(subject: Subject) -> Iterator[Saw]:
    """A function that uses cognite-sdk says which major version it was written for.

    Without a pinned cognite-sdk the latest SDK is installed, and a new major version changes what the client returns
    and raises. A function that neither takes client nor imports the SDK need not care. Lines that only version 7
    takes are named where version 8 may be installed.
    """
    if subject.function.kind != "cognite" or not _uses_sdk(subject):
        return
    required = _required_sdk(subject)
    if required is None:
        has_file = subject.function.requirements is not None
        place = subject.function.place("requirements.txt" if has_file else subject.function.function_path)
        where = (
            "the docstring's [requirements]"
            if subject.function.form in ("notebook", "callable")
            else "requirements.txt"
        )
        has = "has no cognite-sdk" if has_file else "is not there, so nothing pins cognite-sdk"
        yield Saw(
            f"{where} {has}: the latest is installed, whatever its major version.",
            file=place["file"],
            hint=f"add cognite-sdk{_compatible(subject)} to {where}",
        )
    elif required.url is None and _admits(required, FAR_AHEAD):
        yield Saw(
            f"{required.text!r} takes the next major version of the SDK as soon as it is released.",
            **subject.function.place(required.file, required.line),
            hint=f"give it an upper end: cognite-sdk{_compatible(subject)}",
        )
    if required is None or (required.url is None and _admits(required, EIGHT)):
        yield from _changed_uses(subject)


def _changed_uses(subject: Subject) -> Iterator[Saw]:
    """What only version 7 takes, where version 8 may be installed."""
    for module in subject.modules:
        for change in changes(module):
            yield Saw(
                f"{change.use} {change.effect}, and the requirement lets cognite-sdk 8 be installed.",
                **subject.function.place(module.path, change.line),
                hint=f"use {change.instead}, or require cognite-sdk>=7,<8",
            )


def _uses_sdk(subject: Subject) -> bool:
    handle = subject.function.handle
    takes_client = handle is not None and any(parameter.name == "client" for parameter in handle.parameters)
    return takes_client or any(
        imported.top == "cognite" and not imported.skipped for imported in imported_names(subject.modules)
    )


def _required_sdk(subject: Subject) -> Requirement | None:
    return next((item for item in subject.requirements.items if canonical(item.name or "") == SDK), None)


def _admits(required: Requirement, version: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(required.specifier).contains(version, prereleases=True)


def _compatible(subject: Subject) -> str:
    version = subject.installed.version(SDK)
    major = int(version.partition(".")[0]) if version else 8
    return f">={version or major},<{major + 1}"


@check(
    "warning",
    source="our comparison of the cognite-sdk that is installed beside fn-emulator with requirements.txt",
    bad=handler(ASSETS, {"requirements.txt": "cognite-sdk==6.39.1\n"}),
    good=handler(ASSETS, {"requirements.txt": "cognite-sdk>=7,<99\n"}),
)
def sdk_mismatch(subject: Subject) -> Iterator[Saw]:
    """The cognite-sdk that runs the function here is one that requirements.txt would install.

    With another one the function may behave differently here and on the platform.
    """
    required, version = _required_sdk(subject), subject.installed.version(SDK)
    if required is not None and version is not None and required.url is None and not _admits(required, version):
        yield Saw(
            f"cognite-sdk {version} is installed here, and {required.text!r} would not install it.",
            **subject.function.place(required.file, required.line),
            hint=f"install the one that is deployed beside fn-emulator: pip install '{required.text}'",
            evidence={"installed": version, "required": required.specifier},
        )


@check(
    "error",
    source='Cognite documentation: "We have deprecated legacy authentication with API keys"; cognite-sdk 7 and 8 have '
    "no such argument (observed)",
    bad=handler(
        "from cognite.client import CogniteClient\n\n\ndef handle(secrets):\n"
        "    client = CogniteClient(api_key=secrets['cdf'], project='p', client_name='c')\n"
        "    return len(client.assets.list())\n",
        {"requirements.txt": "cognite-sdk>=7,<9\n"},
    ),
    good=handler(ASSETS, {"requirements.txt": "cognite-sdk>=7,<9\n"}),
)
def api_key(subject: Subject) -> Iterator[Saw]:
    """Nothing authenticates with an API key: CDF has none any more.

    The argument client is authenticated as whoever makes the call; another client takes credentials of OpenID Connect.
    """
    for module in subject.modules:
        for line, what in sorted(_api_keys(module)):
            yield Saw(
                f"{what} authenticates with an API key, which CDF does not accept any more.",
                **subject.function.place(module.path, line),
                hint="use the client that the handle is given, or OAuthClientCredentials",
            )


def _api_keys(module: Module) -> Iterator[tuple[int, str]]:
    for name, call in calls(module):
        last = name.rpartition(".")[2]
        if last in TAKES_API_KEY and (keyword(call, "api_key") is not None or (last == "APIKey" and "cognite" in name)):
            yield call.lineno, f"{last}(...)"
    speaks_to_cdf = "cognitedata.com" in module.text
    for node in walk(module.tree) if module.tree else ():
        # Other services have a header of that name too.
        if (
            isinstance(node, ast.Dict)
            and speaks_to_cdf
            and any((text_of(key) or "").lower() == "api-key" for key in node.keys)
        ):
            yield node.lineno, "the header 'api-key'"
        if isinstance(node, ast.Constant) and node.value == "COGNITE_API_KEY":
            yield node.lineno, "COGNITE_API_KEY"


@check(
    "warning",
    source="Cognite documentation: an older edition imports cognite.experimental, the current one does not",
    bad=handler(
        f"from cognite.experimental import CogniteClient{IS_CLIENT}",
        {"requirements.txt": "cognite-sdk>=5,<6\ncognite-sdk-experimental==0.120.0\n"},
    ),
    good=handler(
        f"from cognite.client import CogniteClient{IS_CLIENT}",
        {"requirements.txt": "cognite-sdk>=7,<9\n"},
    ),
)
def experimental_sdk(subject: Subject) -> Iterator[Saw]:
    """The experimental SDK is not used: Functions have been in cognite-sdk for long.

    It follows an old major version of the SDK and pulls the other packages back to it.
    """
    for imported in imported_names(subject.modules):
        if imported.name.startswith("cognite.experimental") and not imported.skipped:
            yield Saw(
                "cognite.experimental is imported, which only an older edition of Functions needed.",
                **subject.function.place(imported.file, imported.line),
                hint="import from cognite.client instead",
            )


def findings_on(sdk: str, function: Function, settings: Settings) -> tuple[Finding, ...]:
    """What ``sdk-mismatch`` says of a function that ran with version ``sdk`` of cognite-sdk."""
    subject = Subject(
        function=function,
        settings=settings,
        modules=(),
        requirements=read_requirements(function),
        files=(),
        imported=None,
        installed=_Used(sdk),
    )
    return tuple(sdk_mismatch(subject))


class _Used:
    """The SDK that a call used, whatever else is installed."""

    def __init__(self, sdk: str) -> None:
        self._sdk = sdk

    def owners(self, name: str) -> tuple[str, ...]:
        return ()

    def version(self, distribution: str) -> str | None:
        return self._sdk if distribution == SDK else None

    def brings(self, distribution: str, extras: Sequence[str] = ()) -> frozenset[str]:
        return frozenset()


RULES = (sdk_major_change, sdk_mismatch, api_key, experimental_sdk)

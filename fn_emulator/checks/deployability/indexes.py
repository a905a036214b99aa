"""From where packages are installed."""

from __future__ import annotations

from collections.abc import Iterator

from fn_emulator.checks.registry import Example, Saw, check
from fn_emulator.checks.subject import Subject
from fn_emulator.function.requirement_model import mask_url

HELLO = "def handle(data):\n    return data\n"
ADVICE = (
    "give your index alone as index_url, if it serves public packages too and prefers its own where a name is shared"
)
CONDITIONS = (
    "the private index mirrors the public one, so that it can serve public packages too",
    "where a private and a public package share a name, the private index chooses the private one",
)


def _with_yaml(yaml: str) -> Example:
    return Example({"fn/handler.py": HELLO, "fn.Function.yaml": f"externalId: fn\n{yaml}"})


@check(
    "warning",
    source='Cognite documentation, Use Functions, on index_url and extra_index_urls: "These settings can open for '
    'attacks known as dependency confusion"',
    bad=_with_yaml("extraIndexUrls:\n  - https://pypi.example.com/simple\n"),
    good=_with_yaml("indexUrl: https://pypi.example.com/simple\n"),
)
def extra_index_url(subject: Subject) -> Iterator[Saw]:
    """Packages come from one index only: an extra one opens the door to dependency confusion.

    pip treats all indexes alike and takes the highest version: whoever guesses the name of a private package can
    publish one of that name on PyPI, and it is installed. A pinned version helps only as long as it exists in one of
    them.

    The platform's advice is to use index_url alone, with a private index that meets both conditions: it mirrors the
    public index, so that it can serve public packages too; and where a private and a public package share a name, it
    chooses the private one. DevPi does both.
    """
    settings = subject.settings
    template = settings.templates.get("extra-index-urls")
    for url in [template] if template and settings.extra_index_urls else settings.extra_index_urls:
        yield _saw(mask_url(url))
    for option in subject.requirements.options:
        if option.name == "--extra-index-url":
            place = subject.function.place(option.file, option.line)
            yield _saw(mask_url(option.value or ""))._replace(file=place["file"], line=place["line"])


def _saw(url: str) -> Saw:
    return Saw(
        f"with the extra index {url} a public package can be installed instead of a private one of the same name.",
        hint=ADVICE,
        evidence={"url": url, "conditions": list(CONDITIONS)},
    )


RULES = (extra_index_url,)

"""Which files of a watched folder are passed over: ``.gitignore``, virtual environments, caches, editors' own files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

CACHES = ("__pycache__", "*.py[co]", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".coverage*")
TOOLS = (".git", ".hg", ".svn", ".fn-emulate", "node_modules", ".idea", ".vscode", ".DS_Store")
EDITORS = (
    "4913",  # vim tries with it whether it may write here
    *("*.sw[a-p]", "*~"),  # vim
    *(".#*", "#*#"),  # emacs
    *("*___jb_tmp___", "*___jb_old___"),  # JetBrains, "safe write"
    *(".goutputstream-*", "*.kate-swp", ".~lock.*#", ".nfs*"),
)
PASSED_OVER = re.compile("|".join(map(translate, (*CACHES, *TOOLS, *EDITORS))))

ENVIRONMENT_MARK = "pyvenv.cfg"
GIT_FILE = ".gitignore"


class GitRules(NamedTuple):
    """What one ``.gitignore`` says.

    Attributes:
        folder: The folder in which it lies.
        spec: Its patterns.
    """

    folder: str
    spec: GitIgnoreSpec


def is_passed_over(name: str) -> bool:
    """Whether a file or folder is nobody's source, by its name alone."""
    return PASSED_OVER.match(name) is not None


def is_ignored(path: str, rules: Iterable[GitRules], *, is_folder: bool) -> bool:
    """Whether git would not look at ``path``, whose folder is not ignored itself.

    Args:
        path: Of a file or folder.
        rules: Those of the folders around it, the outermost first: the innermost that says anything decides.
        is_folder: Which of the two it is; some patterns mean folders alone.
    """
    verdict = False
    for rule in rules:
        inside = os.path.relpath(path, rule.folder) + ("/" if is_folder else "")
        said = rule.spec.check_file(inside).include
        verdict = verdict if said is None else said
    return verdict


class GitFiles:
    """Reads ``.gitignore`` files; one whose text is the same is not parsed again."""

    def __init__(self) -> None:
        """Begin; nothing is read yet."""
        self._parsed: dict[str, tuple[bytes, GitRules]] = {}

    def rules_above(self, folder: str) -> tuple[GitRules, ...]:
        """The rules of the folders above ``folder``, as far as its repository reaches; none outside of one.

        None either where they ignore the folder itself: who watches it wants to see it.
        """
        around: list[str] = []
        at = folder
        while not os.path.exists(os.path.join(at, ".git")):
            if at == os.path.dirname(at):
                return ()
            around.append(at := os.path.dirname(at))
        rules: tuple[GitRules, ...] = ()
        for above in reversed(around):
            rules = self.with_rules_of(above, rules)
        return () if is_ignored(folder, rules, is_folder=True) else rules

    def with_rules_of(self, folder: str, rules: tuple[GitRules, ...]) -> tuple[GitRules, ...]:
        """``rules``, and after them those of ``folder`` if it has any."""
        try:
            with open(os.path.join(folder, GIT_FILE), "rb") as file:
                content = file.read()
        except OSError:
            return rules
        known = self._parsed.get(folder)
        if known is None or known[0] != content:
            known = self._parsed[folder] = (content, GitRules(folder, _parse(content)))
        return (*rules, known[1])


def _parse(content: bytes) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    lines = content.decode("utf-8-sig", errors="surrogateescape").splitlines()
    return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:  # git passes over what it cannot read, and so do we
        return False
    return True


Folders = Mapping[str, tuple[GitRules, ...]]
"""Each folder that was walked, by its real path, with the rules that hold for what is directly in it."""

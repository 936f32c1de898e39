"""The rules of quality that a person has chosen: kept in the data folder, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.knowledge.quality import RulesError, read_rules
from medapp.knowledge.quality.rules_file import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.knowledge.quality import Rule
    from medapp.services.paths import AppPaths

NAME: Final = "quality_rules.json"
ASIDE: Final = "quality_rules.unreadable.json"


def chosen_rules(paths: AppPaths) -> tuple[Rule, ...]:
    """Rules that a person has chosen; none where nobody has.

    Raises:
        OSError: Where the file cannot be read.
        RulesError: Where it is damaged or of another version.
    """
    try:
        return read_rules(paths.data / NAME).rules
    except FileNotFoundError:
        return ()


def keep_rules(paths: AppPaths, rules: Iterable[Rule]) -> None:
    """Keep rules in place of those that were chosen before.

    A file that cannot be understood is put aside, not lost.

    Raises:
        OSError: Where they cannot be written; those of before stay.
    """
    path = paths.data / NAME
    text = to_text(rules)
    try:
        chosen_rules(paths)
    except RulesError:
        path.replace(paths.data / ASIDE)
    write_whole(path, text.encode())


def export_rules(rules: Iterable[Rule], path: Path) -> None:
    """Write rules as a file for another machine, or for ``medapp features --rules``.

    Raises:
        OSError: Where it cannot be written; what lay there stays.
    """
    write_whole(path, to_text(rules).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in place of the one of before.

    Raises:
        OSError: Where it cannot be written; the one of before stays.
    """
    number, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise

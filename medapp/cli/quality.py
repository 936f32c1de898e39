"""``medapp quality``: what is wrong with data, before anything is learned from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, Problem, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.knowledge.quality import VariableQuality
    from medapp.services.quality import QualityOfPaths

_SHOWN: Final = 20


def quality(paths: Sequence[Path], *, as_json: bool, propose: Path | None = None) -> None:
    """Look through records and tables and print what is wrong with them, and the rules that are proposed.

    Args:
        paths: Files, folders and archives.
        as_json: Print all of it as JSON.
        propose: Where to write the proposed rules, to be edited and given to ``medapp features --rules``.

    Raises:
        Problem: Where a path does not exist, there is no record and no table under any, or the rules cannot
            be written.
    """
    from medapp.services.quality import check_quality

    refuse_missing(paths)
    found = check_quality(paths)
    if as_json:
        show.as_json(found.to_dict())
    else:
        _print(found)
    if not found.files or not (found.report.entries or found.report.persons):
        message = f"there is no record and no table that can be read under {', '.join(map(str, paths))}"
        raise Problem(message, NOTHING_FITS)
    if propose is not None:
        _propose(found, propose)


def _propose(found: QualityOfPaths, path: Path) -> None:
    from medapp.services.quality_rules import export_rules

    try:
        export_rules(found.report.proposed, path)
    except OSError as error:
        message = f"{path} cannot be written: {(error.strerror or str(error)).lower()}"
        raise Problem(message) from error
    show.remark(f"the proposed rules are in {path}; look at them, then: medapp features PATH --rules {path}")


def _print(found: QualityOfPaths) -> None:
    report = found.report
    rules = {rule.kind: rule for rule in report.proposed}
    rows = []
    for kind, count in report.counts:
        rule = rules.get(kind)
        rows.append((kind, str(count), rule.action if rule else "", rule.why if rule else ""))
    show.table(("what", "count", "proposed", "because"), rows, numbers=(1,))
    show.table(
        ("variable", "unit", "entries", "without a value", "outliers", "impossible", "median"),
        [
            (
                one.title,
                _units(one),
                str(one.entries),
                f"{one.lacking} of {one.of} {one.counted} ({one.share_missing:.1%})",
                str(one.outliers),
                str(one.impossible),
                _median(one),
            )
            for one in report.variables
        ],
        numbers=(2, 3, 4, 5, 6),
    )
    _tell_files(found)


def _units(one: VariableQuality) -> str:
    """Every unit; where there are several how often each is stated."""
    stated = [(unit or "not stated", count) for unit, count in one.units]
    if len(stated) < 2:  # noqa: PLR2004  of one there is nothing to tell apart
        return ", ".join(unit for unit, _count in stated)
    return f"mixed: {', '.join(f'{unit} ({count})' for unit, count in stated)}"


def _median(one: VariableQuality) -> str:
    """With its unit where there are several: it is that of the commonest."""
    if one.median is None:
        return ""
    stated = [unit for unit, _count in one.units if unit]
    return f"{one.median:g} {stated[0]}" if len(one.units) > 1 and stated else f"{one.median:g}"


def _tell_files(found: QualityOfPaths) -> None:
    from medapp.services.records import refusals_first, told_of

    report = found.report
    for file, question in found.questions[:_SHOWN]:
        show.remark(f"{file}: {question}")
    if len(found.questions) > _SHOWN:
        show.remark(f"and {len(found.questions) - _SHOWN} more questions; --json tells all")
    for file, encoding in found.encodings[:_SHOWN]:
        show.remark(f"{file} is not in UTF-8 and was read as {encoding}")
    for refused in refusals_first(found.refused, found.unread)[:_SHOWN]:
        show.remark(told_of(refused, found.unread))
    if len(found.refused) > _SHOWN:
        show.remark(f"and {len(found.refused) - _SHOWN} more; --json tells all")
    files = ", ".join(f"{count} {kind}" for kind, count in found.files.items())
    show.remark(f"{files or 'no'} files, {report.persons} patients, {report.entries} entries")

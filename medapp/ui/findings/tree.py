"""The list of answers as plain data: answers, headings below them, findings below these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from medapp.ui.findings import words
from medapp.ui.findings.model import Choice
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.finding import Finding
    from medapp.services.inbox import InboxItem
    from medapp.ui.shell.widgets import State

_OPEN_AT_MOST = 20
"""An answer with more findings than this shows its headings folded."""


@dataclass(frozen=True, eq=False)
class Node:
    """One line of the list.

    Attributes:
        share: A probability to be drawn, from 0 to 1.
        strong: Whether nobody has opened the answer, or the finding.
        rule: Whether a line above tells it from what belongs to the prediction set.
        is_open: Whether what is below it is shown, until the user says otherwise.
    """

    choice: Choice
    title: str
    value: str = ""
    status: str = ""
    state: State | Literal[""] = ""
    tip: str = ""
    share: float | None = None
    strong: bool = False
    rule: bool = False
    is_open: bool = True
    children: tuple[Node, ...] = ()


def tree_of(shown: Iterable[tuple[InboxItem, tuple[Finding, ...]]]) -> tuple[Node, ...]:
    """A line for each answer; findings that share a heading stand under it, where the first of them stood."""
    return tuple(_answer(item, findings) for item, findings in shown)


def _answer(item: InboxItem, findings: tuple[Finding, ...]) -> Node:
    entry = item.entry
    images = item.report.get("series") or {}
    day, name = str(images.get("study_date") or ""), str(images.get("description") or "")
    abstained = bool(item.result.abstained)
    unread = sum(not item.is_opened(one) for one in item.result.findings)
    if abstained or not item.result.findings:
        status = "" if entry.read else tr("unread")
    else:
        status = tr("{count} unread", count=unread) if unread else ""
    # Two answers about two images of one patient differ in these alone.
    parts = (entry.title, day if abstained else "", name)
    return Node(
        Choice(entry.id),
        " · ".join(part for part in parts if part),
        value=tr("no answer") if abstained else day,
        status=status,
        tip="\n".join(part for part in (entry.title, words.images_of(item), words.made_by(item)) if part),
        strong=not entry.read,
        children=tuple(_below(item, findings)),
    )


def _below(item: InboxItem, findings: tuple[Finding, ...]) -> Iterable[Node]:
    groups: dict[str, list[Finding]] = {}
    for one in findings:
        groups.setdefault(one.group, []).append(one)
    ranks = words.ranks_of(item)
    is_open = len(item.result.findings) <= _OPEN_AT_MOST
    told: set[str] = set()
    before: Finding | None = None
    for one in findings:
        if not one.group:
            yield _finding(item, one, ranks, before)
            before = one
        elif one.group not in told:
            told.add(one.group)
            yield _group(item, one.group, groups[one.group], is_open=is_open)


def _group(item: InboxItem, group: str, findings: list[Finding], *, is_open: bool) -> Node:
    ranks = words.ranks_of(item)
    undecided = sum(one.key not in item.decisions for one in findings)
    pairs = zip([None, *findings], findings, strict=False)
    return Node(
        Choice(item.entry.id, group=group),
        group,
        value=str(len(findings)),
        status=tr("{count} open", count=undecided) if undecided else tr("decided"),
        state="info" if undecided else "success",
        tip=group,
        is_open=is_open,
        children=tuple(_finding(item, one, ranks, before) for before, one in pairs),
    )


def _finding(item: InboxItem, finding: Finding, ranks: dict[str, int], before: Finding | None) -> Node:
    rank = ranks.get(finding.key)
    title = finding.title if rank is None else f"{rank}. {finding.title}"
    marks = words.marks_of(item, finding)
    held = words.holds_of(item, finding)
    return Node(
        Choice(item.entry.id, finding.key),
        title,
        value=held or words.short_value_of(finding),
        status=words.short_mark(item, finding) or words.status_of(item, finding),
        state=words.state_of(item, finding),
        tip=" · ".join(part for part in (title, *marks, _said(item, finding), finding.remark) if part),
        share=finding.probability if finding.value is None and not held else None,
        strong=not item.is_opened(finding),
        rule=before is not None and before.in_set is True and finding.in_set is False,
    )


def _said(item: InboxItem, finding: Finding) -> str:
    return " · ".join(part for part in (words.value_of(finding), words.decided(item, finding)) if part)

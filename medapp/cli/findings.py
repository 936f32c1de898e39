"""``medapp findings`` and ``medapp feedback``: what models said of a patient, what persons decided on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem, make_folder, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.finding import Finding
    from medapp.library import Library
    from medapp.library.findings import Verdict
    from medapp.services.app import App
    from medapp.services.inbox import Inbox, InboxItem

_SHORT = 8


@dataclass(frozen=True)
class Wish:
    """What the user asked for.

    Attributes:
        accept, reject, correct: Findings as ``RESULT:KEY``; of the result the first letters are enough.
        replace: Whether what was decided before may be replaced.
    """

    patient: str
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    correct: tuple[str, ...] = ()
    instead: str = ""
    reason: str = ""
    out: Path | None = None
    as_json: bool = False
    replace: bool = False


def findings(wish: Wish) -> None:
    """List the inbox of a patient, after what was decided has been kept.

    Raises:
        Problem: Where nobody or nothing of that name is found, or files cannot be written.
    """
    from medapp.cli.run_findings import who
    from medapp.services.app import App
    from medapp.services.inbox import inbox_of

    with App.open() as app:
        key, name, _ = who(app.library, wish.patient)
        found = inbox_of(app.library, key)
        if _decide(app, wish, found):
            found = inbox_of(app.library, key, found.items)
        written = _export(app.library, found, wish.out) if wish.out is not None else ()
    if wish.as_json:
        show.as_json(_report(found, written))
    else:
        _print(found, name, written)


def feedback(out: Path, task: str, *, as_json: bool) -> None:
    """Write what persons accepted and corrected as examples to train on.

    Raises:
        Problem: Where there is nothing, or it cannot be written.
    """
    from medapp.services.app import App
    from medapp.services.feedback import feedback_of, summary, write_feedback

    make_folder(out)
    with App.open() as app:
        found = feedback_of(app, task)
    try:
        paths = write_feedback(found, out)
    except OSError as error:
        message = f"the examples cannot be written: {one_line(error)}"
        raise Problem(message) from error
    report: dict[str, Any] = summary(found)
    if as_json:
        show.as_json({**report, "files": [str(path) for path in paths]})
    else:
        rows = [(one["task"], str(one["examples"]), str(one["patients"])) for one in report["tasks"]]
        if rows:
            show.table(("task", "examples", "patients"), rows, numbers=(1, 2))
        for reason, count in found.left_out:
            show.remark(f"left out: {count}, {reason}")
        for path in paths:
            show.remark(f"written: {path}")
        show.remark(str(report["warning"]))
    if not (found.examples or found.lines):
        message = "nobody has accepted or corrected a finding that says something definite, or signed a plan"
        raise Problem(message, NOTHING_FITS)


# ---- deciding -----------------------------------------------------------------------------------------
def _decide(app: App, wish: Wish, found: Inbox) -> bool:
    """Keep what was decided: all of it or, where one of the names is not known or refused, nothing."""
    from medapp.services.inbox import decide
    from medapp.services.user import name_of_user

    if wish.correct and not wish.instead:
        message = "--correct needs --instead: what holds in place of the finding"
        raise Problem(message, WRONG_USE)
    named: tuple[tuple[tuple[str, ...], Verdict], ...] = (
        (wish.accept, "accepted"), (wish.reject, "rejected"), (wish.correct, "corrected"),
    )  # fmt: skip
    wanted = [(*_find(found, one), verdict) for names, verdict in named for one in names]
    keys = [(item.entry.id, finding.key) for item, finding, _ in wanted]
    if len(set(keys)) != len(keys):
        message = "one finding cannot be decided on twice in one call"
        raise Problem(message, WRONG_USE)
    for item, finding, verdict in wanted:
        _check(app.library, wish, item, finding, verdict)
    by = name_of_user(app.paths.config)
    for item, finding, verdict in wanted:
        instead = wish.instead if verdict == "corrected" else ""
        decide(app.library, item, finding.key, verdict, instead=instead, reason=wish.reason, by=by)
    return bool(wanted)


def _check(library: Library, wish: Wish, item: InboxItem, finding: Finding, verdict: Verdict) -> None:
    """Refuse what asserts nothing, and what would replace a decision that nobody has said to replace."""
    from medapp.services.findings_table import earlier_words
    from medapp.services.inbox import DecidedAlreadyError, NothingSaidError, check_decision

    name = f"{item.entry.id[:_SHORT]}:{finding.key}"
    try:
        before = check_decision(library, item, finding.key, verdict, replace_earlier=wish.replace)
    except NothingSaidError as error:
        message = f"{one_line(error)}: --correct {name} --instead present (or absent)"
        raise Problem(message, WRONG_USE) from error
    except DecidedAlreadyError as error:
        message = f"{one_line(error)}; --replace puts another decision in its place"
        raise Problem(message, WRONG_USE) from error
    if before is not None:
        said = earlier_words(replace(item, earlier=(before,)), finding.key)
        show.remark(f"replaced: {finding.title}: {said[0]}")


def _find(found: Inbox, name: str) -> tuple[InboxItem, Finding]:
    """The finding that ``RESULT:KEY`` names; a key may hold colons itself."""
    result, _, key = name.partition(":")
    items = [item for item in found.items if result and item.entry.id.startswith(result)]
    items = [item for item in items if item.entry.id == result] or items
    if not items:
        message = f"there is no result {result!r} of this patient"
        raise Problem(message, NOTHING_FITS)
    if len(items) > 1:
        message = f"{len(items)} results begin with {result!r}: write more of it"
        raise Problem(message, WRONG_USE)
    finding = next((one for one in items[0].result.findings if one.key == key), None)
    if finding is None:
        message = f"the result {items[0].entry.id} has no finding {key!r}"
        raise Problem(message, NOTHING_FITS)
    return items[0], finding


def _export(library: Library, found: Inbox, out: Path) -> tuple[Path, ...]:
    from medapp.services.findings_export import export_answer, subject_of

    make_folder(out)
    try:
        return tuple(export_answer(one, subject_of(library, one), out).folder for one in found.items)
    except OSError as error:
        message = f"the answers cannot be written: {one_line(error)}"
        raise Problem(message) from error


# ---- telling ------------------------------------------------------------------------------------------
def _report(found: Inbox, written: tuple[Path, ...]) -> dict[str, Any]:
    from medapp.services.findings_table import decisions_report

    return {
        "answers": [
            {
                "result": item.entry.id,
                "read": item.entry.read,
                "created": item.entry.created,
                "model_version": item.entry.version,
                "disagreeing": {key: list(models) for key, models in item.disagreeing.items()},
                "decisions": decisions_report(item),
                **item.report,
                "findings": _told(item),
            }
            for item in found.items
        ],
        "unreadable": [{"title": title, "reason": reason} for title, reason in found.unreadable],
        "written": [str(path) for path in written],
    }


def _told(item: InboxItem) -> list[dict[str, Any]]:
    """The findings by the rule of today, also of answers that were kept before there was one."""
    from medapp.api.wire_findings import findings_report
    from medapp.services.findings_file import findings_told

    return findings_told(item.result, findings_report(item.result)["findings"])


def _print(found: Inbox, name: str, written: tuple[Path, ...]) -> None:
    from medapp.services.finding_words import cautions
    from medapp.services.result_file import WARNING

    rows = [_row(item, one) for item in found.items for one in item.result.findings]
    if rows:
        columns = (
            "result:key",
            "finding",
            "said",
            "not excluded",
            "held-back cases",
            "to notice",
            "decision",
            "model",
        )
        show.table(columns, rows)
    for item in found.items:
        for text in cautions(item.result.findings, item.result.coverage):
            show.remark(f"{item.entry.id[:_SHORT]}: {text}")
        if item.result.abstained:
            show.remark(f"no answer of {item.entry.title}: {item.result.abstained}")
    for title, reason in found.unreadable:
        show.remark(f"not readable: {title}: {reason}")
    if not found.items:
        show.remark("no model has been asked about this patient; `medapp run TASK PATIENT` asks one")
    for path in written:
        show.remark(f"written: {path}")
    unread = sum(not item.entry.read for item in found.items)
    show.remark(f"{name or 'no name'}: {len(found.items)} answers, {unread} unread, {len(rows)} findings")
    show.remark(WARNING)


def _row(item: InboxItem, finding: Finding) -> tuple[str, ...]:
    from medapp.services.finding_words import held_back, marks

    noticed = [*marks(finding, item.result.coverage)]
    noticed += ["models disagree"] if finding.key in item.disagreeing else []
    decision = item.decisions.get(finding.key)
    parts = [item.status_of(finding), *([decision.instead] if decision and decision.instead else [])]
    return (
        f"{item.entry.id[:_SHORT]}:{finding.key}",
        finding.title,
        _said(finding),
        not_excluded(finding),
        held_back(finding),
        ", ".join(noticed),
        ": ".join(parts),
        f"{item.entry.task} {item.entry.version}",
    )


def not_excluded(finding: Finding) -> str:
    """Which answers are left, or whether a ranked one is; empty where no set counts."""
    from medapp.services.finding_words import in_set, set_words

    held = in_set(finding)
    if held is not None:
        return "in the set" if held else "not in it"
    return set_words(finding)


def _said(finding: Finding) -> str:
    from medapp.services.finding_words import figure

    if finding.value is not None:
        return f"{figure(finding, finding.value)} {finding.unit or '(unit not known)'}".removesuffix(" 1")
    if finding.probability is None:
        return ""
    # Never said to be 0 or 1, whatever it is rounded to.
    return {"0.000": "< 0.001", "1.000": "> 0.999"}.get(said := f"{finding.probability:.3f}", said)

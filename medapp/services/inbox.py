"""The inbox of a patient: answers of models, kept until a person decides on each finding."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from medapp.library.findings import Decision, FindingEntry, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from medapp.api.results import ClassifyResult
    from medapp.domain.finding import Finding
    from medapp.domain.provenance import Provenance
    from medapp.library import Library
    from medapp.services.app import App
    from medapp.services.classifying import FindingsProposal

Filter = Literal["all", "unread", "undecided", "uncertain", "disagreeing"]
_APART: Final = 0.3
"""Probabilities further apart than this disagree, where they stand on two sides of a threshold."""


class NothingSaidError(ValueError):
    """What is to be accepted says neither present nor absent: a person has to say which of them."""

    def __init__(self, title: str) -> None:
        """`title` is that of the finding."""
        super().__init__(
            f"{title}: the model says nothing definite that could be accepted; say present or absent"
        )


class DecidedAlreadyError(ValueError):
    """Somebody has decided on a finding before; `decision` is what they said."""

    def __init__(self, title: str, decision: Decision) -> None:
        """`title` is that of the finding."""
        said = f"{decision.verdict} ({decision.instead})" if decision.instead else decision.verdict
        who = f" by {decision.by}" if decision.by else ""
        super().__init__(f"{title} was {said}{who} before")
        self.decision = decision


@dataclass(frozen=True, eq=False)
class InboxItem:
    """An answer with what was decided on it.

    Attributes:
        result: Heat maps are read-only memory maps of the library's files.
        report: ``result.json``, with its provenance.
        decisions: By key of the finding.
        earlier: Decisions that hold no more: replaced by others, or taken back.
        viewed: Keys of findings that somebody has opened.
        disagreeing: Keys of findings that another model sees otherwise, with the titles of those models.
    """

    entry: FindingEntry
    result: ClassifyResult
    report: Mapping[str, Any]
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    earlier: tuple[Decision, ...] = ()
    viewed: frozenset[str] = frozenset()
    disagreeing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def provenance(self) -> Provenance | None:
        """How the answer came to be; None where its file does not say."""
        from medapp.domain.provenance import Provenance

        found = self.report.get("provenance")
        if not isinstance(found, dict):
            return None
        try:
            return Provenance(
                **{name: found[name] for name in Provenance.__dataclass_fields__ if name in found}
            )
        except TypeError:
            return None

    def is_opened(self, finding: Finding) -> bool:
        """Whether a person has opened a finding."""
        return finding.key in self.viewed or finding.key in self.decisions

    def status_of(self, finding: Finding) -> str:
        """``proposal``, or what was decided."""
        found = self.decisions.get(finding.key)
        return "proposal" if found is None else found.verdict


@dataclass(frozen=True)
class Inbox:
    """All of a patient.

    Attributes:
        unreadable: Titles of answers whose files cannot be read, with the reason.
    """

    items: tuple[InboxItem, ...]
    unreadable: tuple[tuple[str, str], ...] = ()


def keep(app: App, proposal: FindingsProposal) -> FindingEntry:
    """Put an answer into the inbox of its patient; its heat maps are copied, so it can be released.

    Raises:
        ValueError: Where the patient is not in the library.
        OSError: Where it cannot be written.
    """
    from medapp.api.wire_findings import write_findings as write_wire
    from medapp.services.findings_file import REPORT, findings_json
    from medapp.services.result_file import folder_of_answer, write_report

    folder = folder_of_answer(app, proposal.id, proposal.patient)
    write_wire(proposal.result, folder)
    write_report(folder / REPORT, findings_json(proposal))
    entry = FindingEntry(
        proposal.id,
        proposal.patient,
        proposal.series.key if proposal.series is not None else "",
        proposal.task.id,
        proposal.task.title,
        proposal.provenance.plugin_version,
        proposal.provenance.finished,
        folder,
    )
    app.library.findings.add(entry)
    return entry


def read_answer(folder: Path) -> tuple[ClassifyResult, Mapping[str, Any]]:
    """An answer as its files hold it: the result and ``result.json``.

    Raises:
        OSError: Where a file is missing.
        ValueError, KeyError, TypeError: Where they do not hold an answer.
    """
    import orjson

    from medapp.api.wire_findings import read_findings
    from medapp.services.findings_file import REPORT

    return read_findings(folder), orjson.loads((folder / REPORT).read_bytes())


def inbox_of(library: Library, patient_key: str, known: Iterable[InboxItem] = ()) -> Inbox:
    """Read the inbox of a patient: what was asked about images and about the record that is theirs.

    Args:
        library: Where it is.
        patient_key: As the library has it, with or without images.
        known: What was read before: answers do not change, so their files are not read again.
    """
    entries = library.findings.of(keys_of(library, patient_key))
    said = _Said(library, [entry.id for entry in entries])
    before = {one.entry.id: one for one in known}
    items: list[InboxItem] = []
    unreadable: list[tuple[str, str]] = []
    for entry in entries:
        same = before.get(entry.id)
        if same is not None and same.entry.created == entry.created:
            items.append(said.item(entry, same.result, same.report))
            continue
        try:
            result, report = read_answer(entry.folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            unreadable.append((entry.title, type(error).__name__))
            continue
        items.append(said.item(entry, result, _dated(library, report)))
    return Inbox(_with_disagreements(items), tuple(unreadable))


def _dated(library: Library, report: Mapping[str, Any]) -> Mapping[str, Any]:
    """The report with the day of its images, which answers of before do not state."""
    from medapp.services.result_file import series_report

    series = report.get("series")
    if not series or "study_date" in series:
        return report
    try:
        found = library.series(str(series.get("key", "")))
    except KeyError:
        return report
    return {**report, "series": series_report(found)}


class _Said:
    """What persons have said of some answers, and opened of them."""

    def __init__(self, library: Library, results: list[str]) -> None:
        """Read it, all at once."""
        self._decided: dict[str, dict[str, Decision]] = {}
        for one in library.findings.decisions(results):
            self._decided.setdefault(one.result, {})[one.finding] = one
        self._earlier = library.findings.earlier(results)
        self._viewed = library.findings.viewed(results)

    def item(self, entry: FindingEntry, result: ClassifyResult, report: Mapping[str, Any]) -> InboxItem:
        """An answer with what was said of it."""
        return InboxItem(
            entry,
            result,
            report,
            self._decided.get(entry.id, {}),
            tuple(one for one in self._earlier if one.result == entry.id),
            frozenset(finding for answer, finding in self._viewed if answer == entry.id),
        )


def keys_of(library: Library, patient_key: str) -> tuple[str, ...]:
    """All keys under which a patient may have been asked about."""
    from medapp.library.keys import RECORD_ONLY

    if patient_key.startswith(RECORD_ONLY):
        return (patient_key,)
    same = [one.person for one in library.records.matches(patient=patient_key) if one.verdict == "same"]
    return (patient_key, *(RECORD_ONLY + person for person in same))


def accept_all(
    library: Library, item: InboxItem, findings: Iterable[str], *, by: str = ""
) -> tuple[Decision, ...]:
    """Accept several findings of an answer at once; those that are decided already are left as they are.

    Raises:
        NothingSaidError: Where one of them says neither present nor absent; then none is accepted.
        KeyError: Where there is no such finding.
    """
    from medapp.services.corrections import must_be_said

    known = {one.key: one for one in item.result.findings}
    wanted = tuple(findings)
    for key in wanted:
        if must_be_said(known[key], item.result.coverage):
            raise NothingSaidError(known[key].title)
    now, decided = time.time(), {one.finding for one in library.findings.decisions([item.entry.id])}
    decisions = tuple(
        Decision(item.entry.id, key, "accepted", decided=now, by=by) for key in wanted if key not in decided
    )
    library.findings.decide_all(decisions)
    library.findings.mark(item.entry.id, read=True)
    library.findings.view(item.entry.id, *wanted)
    return decisions


def decide(
    library: Library,
    item: InboxItem,
    finding: str,
    verdict: Verdict,
    *,
    instead: str = "",
    reason: str = "",
    by: str = "",
    replace_earlier: bool = True,
) -> Decision:
    """Keep what a person decided on a finding; a decision that it replaces stays among the earlier ones.

    Args:
        library: Where it is kept.
        item: The answer.
        finding: Key of the finding.
        verdict: What was decided.
        instead: What holds in place of it, for a correction.
        reason: In the person's words.
        by: Their name, where they give it.
        replace_earlier: Whether a decision that holds in the library now may be replaced.

    Raises:
        DecidedAlreadyError: Where it may not, and there is one.
        NothingSaidError: Where the finding says neither present nor absent, and is accepted all the same.
        ValueError: Where a correction does not say what holds instead.
        KeyError: Where there is no such finding.
    """
    if verdict == "corrected" and not instead:
        message = "a correction says what holds instead"
        raise ValueError(message)
    check_decision(library, item, finding, verdict, replace_earlier=replace_earlier)
    decision = Decision(item.entry.id, finding, verdict, instead, reason, time.time(), by)
    library.findings.decide(decision)
    library.findings.mark(item.entry.id, read=True)
    library.findings.view(item.entry.id, finding)
    return decision


def check_decision(
    library: Library, item: InboxItem, finding: str, verdict: Verdict, *, replace_earlier: bool = True
) -> Decision | None:
    """Whether a decision can be kept, without keeping it; return the one that it would replace, if any.

    Raises:
        DecidedAlreadyError, NothingSaidError, KeyError: As `decide`.
    """
    from medapp.services.corrections import must_be_said

    said = next((one for one in item.result.findings if one.key == finding), None)
    if said is None:
        raise KeyError(finding)
    if verdict == "accepted" and must_be_said(said, item.result.coverage):
        raise NothingSaidError(said.title)
    before = decision_on(library, item, finding)
    if before is not None and not replace_earlier:
        raise DecidedAlreadyError(said.title, before)
    return before


def decision_on(library: Library, item: InboxItem, finding: str) -> Decision | None:
    """What the library holds now of a finding, whoever decided it meanwhile; None where nothing."""
    found = library.findings.decisions([item.entry.id])
    return next((one for one in found if one.finding == finding), None)


def is_uncertain(item: InboxItem, finding: Finding) -> bool:
    """Whether the model cannot tell, see `medapp.services.corrections.cannot_tell`."""
    from medapp.services.corrections import cannot_tell

    return cannot_tell(finding, item.result.coverage)


def chosen(items: Sequence[InboxItem], wanted: Filter) -> tuple[tuple[InboxItem, tuple[Finding, ...]], ...]:
    """Answers and those of their findings that a filter lets through; answers without any are left out.

    An answer that abstained has no findings: it is unread or uncertain as a whole.
    """
    found = []
    for item in items:
        findings = tuple(one for one in item.result.findings if _passes(item, one, wanted))
        whole = not item.result.findings and (
            wanted in {"all", "uncertain"} or (wanted == "unread" and not item.entry.read)
        )
        if findings or whole:
            found.append((item, findings))
    return tuple(found)


def _passes(item: InboxItem, finding: Finding, wanted: Filter) -> bool:
    return {
        "all": True,
        "unread": not item.is_opened(finding),
        "undecided": finding.key not in item.decisions,
        "uncertain": is_uncertain(item, finding),
        "disagreeing": finding.key in item.disagreeing,
    }[wanted]


def holds(item: InboxItem, finding: Finding, words: Sequence[str]) -> bool:
    """Whether a finding is one that a person looks for: all words stand in it, in small letters."""
    code = "" if finding.code is None else f"{finding.code.value} {finding.code.meaning}"
    text = f"{finding.title} {finding.key} {finding.group} {code} {item.entry.title}".casefold()
    return all(word in text for word in words)


def _with_disagreements(items: Iterable[InboxItem]) -> tuple[InboxItem, ...]:
    """Mark findings that models of different tasks, or versions of one, see otherwise on the same input."""
    items = list(items)
    said: dict[tuple[str, str], list[tuple[InboxItem, Finding]]] = {}
    for item in items:
        for finding in item.result.findings:
            if finding.probability is not None and finding.kind in {"class", "risk"}:
                said.setdefault((item.entry.series_key, _meaning(finding)), []).append((item, finding))
    apart: dict[str, dict[str, tuple[str, ...]]] = {}
    for group in said.values():
        for item, finding in group:
            others = [
                f"{other.entry.title} {other.entry.version}"
                for other, seen in group
                if _is_other(item, other) and _contradict(finding, seen)
            ]
            if others:
                apart.setdefault(item.entry.id, {})[finding.key] = tuple(dict.fromkeys(others))
    return tuple(replace(item, disagreeing=apart.get(item.entry.id, {})) for item in items)


def _meaning(finding: Finding) -> str:
    code = finding.code
    horizon = "" if finding.horizon_days is None else f" {finding.horizon_days:g}"
    return f"{code.scheme}:{code.value}{horizon}" if code is not None else f"{finding.key}{horizon}"


def _is_other(item: InboxItem, other: InboxItem) -> bool:
    return (item.entry.task, item.entry.version) != (other.entry.task, other.entry.version)


def _contradict(one: Finding, other: Finding) -> bool:
    if len(one.answers) == len(other.answers) == 1:
        return one.answers != other.answers
    assert one.probability is not None  # noqa: S101 - asked by the caller
    assert other.probability is not None  # noqa: S101
    sides = {
        finding.probability >= (0.5 if finding.threshold is None else finding.threshold)
        for finding in (one, other)
        if finding.probability is not None
    }
    return len(sides) > 1 and abs(one.probability - other.probability) > _APART

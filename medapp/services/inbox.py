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
_PRIVATE: Final = 0o700
_APART: Final = 0.3
"""Probabilities further apart than this disagree, where they stand on two sides of a threshold."""


@dataclass(frozen=True, eq=False)
class InboxItem:
    """An answer with what was decided on it.

    Attributes:
        result: Heat maps are read-only memory maps of the library's files.
        report: ``result.json``, with its provenance.
        decisions: By key of the finding.
        disagreeing: Keys of findings that another model sees otherwise, with the titles of those models.
    """

    entry: FindingEntry
    result: ClassifyResult
    report: Mapping[str, Any]
    decisions: Mapping[str, Decision] = field(default_factory=dict)
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
    from medapp.services.result_file import write_report

    if not proposal.patient:
        message = "the patient is not in the library"
        raise ValueError(message)
    folder = app.paths.results / proposal.id
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
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
    decided: dict[str, dict[str, Decision]] = {}
    for one in library.findings.decisions([entry.id for entry in entries]):
        decided.setdefault(one.result, {})[one.finding] = one
    before = {one.entry.id: one for one in known}
    items: list[InboxItem] = []
    unreadable: list[tuple[str, str]] = []
    for entry in entries:
        same = before.get(entry.id)
        if same is not None and same.entry.created == entry.created:
            items.append(InboxItem(entry, same.result, same.report, decided.get(entry.id, {})))
            continue
        try:
            result, report = read_answer(entry.folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            unreadable.append((entry.title, type(error).__name__))
            continue
        items.append(InboxItem(entry, result, report, decided.get(entry.id, {})))
    return Inbox(_with_disagreements(items), tuple(unreadable))


def keys_of(library: Library, patient_key: str) -> tuple[str, ...]:
    """All keys under which a patient may have been asked about."""
    from medapp.services.patient_record import RECORD_ONLY

    if patient_key.startswith(RECORD_ONLY):
        return (patient_key,)
    same = [one.person for one in library.records.matches(patient=patient_key) if one.verdict == "same"]
    return (patient_key, *(RECORD_ONLY + person for person in same))


def accept_all(library: Library, item: InboxItem, findings: Iterable[str]) -> tuple[Decision, ...]:
    """Accept several findings of an answer at once; those that are decided already are left as they are.

    Raises:
        KeyError: Where there is no such finding.
    """
    known = {one.key for one in item.result.findings}
    wanted = tuple(findings)
    for key in wanted:
        if key not in known:
            raise KeyError(key)
    now = time.time()
    decisions = tuple(
        Decision(item.entry.id, key, "accepted", decided=now) for key in wanted if key not in item.decisions
    )
    library.findings.decide_all(decisions)
    library.findings.mark(item.entry.id, read=True)
    return decisions


def decide(
    library: Library, item: InboxItem, finding: str, verdict: Verdict, *, instead: str = "", reason: str = ""
) -> Decision:
    """Keep what a person decided on a finding.

    Raises:
        ValueError: Where a correction does not say what holds instead.
        KeyError: Where there is no such finding.
    """
    if finding not in {one.key for one in item.result.findings}:
        raise KeyError(finding)
    if verdict == "corrected" and not instead:
        message = "a correction says what holds instead"
        raise ValueError(message)
    decision = Decision(item.entry.id, finding, verdict, instead, reason, time.time())
    library.findings.decide(decision)
    library.findings.mark(item.entry.id, read=True)
    return decision


def is_uncertain(item: InboxItem, finding: Finding) -> bool:
    """Whether the model cannot tell: both answers or none are left, or its interval holds the threshold."""
    if finding.answers and len(finding.answers) != 1:
        return True
    middle = finding.threshold
    if middle is not None and finding.low is not None and finding.high is not None:
        return finding.low < middle < finding.high
    return item.result.coverage is not None and finding.probability is not None and _no_answer(finding)


def _no_answer(finding: Finding) -> bool:
    return finding.kind == "class" and not finding.answers


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
        "unread": not item.entry.read,
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

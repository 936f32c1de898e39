"""An answer of a model on paper: whom it is about, what was found and decided, how it came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.services.fhir_parts import fhir_date
from medapp.services.finding_words import marks
from medapp.services.findings_codes import words
from medapp.services.findings_pdf_heat import heat_maps
from medapp.services.findings_table import earlier_words, held, images_words, moment_of, verdict_words
from medapp.services.horizon import period_words
from medapp.services.pdf_sheet import build, styles, table, who
from medapp.services.pdf_text import marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reportlab.platypus import Flowable

    from medapp.domain.finding import Finding
    from medapp.services.findings_fhir import Subject
    from medapp.services.inbox import InboxItem

_MADE: Final = (
    "plugin", "plugin_version", "plugin_sha256", "input_series_uid", "input_sha256", "record_sha256",
    "genome_sha256", "labels_source", "device", "precision", "seed", "started", "finished",
)  # fmt: skip


def write_sheet(path: Path, item: InboxItem, subject: Subject) -> None:
    """Write the sheet; the file appears whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    build(path, item.entry.title, lambda width: _story(item, subject, width))


def _story(item: InboxItem, subject: Subject, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Paragraph, Spacer

    style, entry, result = styles(), item.entry, item.result
    yield Paragraph(marked(entry.title), style["title"])
    yield table(_who(subject), (0.25, 0.75), width)
    yield Spacer(1, 6)
    facts = [("Model", f"{entry.task} {entry.version}"), ("Answered", entry.created)]
    facts += [("Went by", ", ".join(result.used) or "nothing"), ("Not there", ", ".join(result.missing))]
    if result.familiarity is not None:
        known = result.familiarity
        like = "unlike" if known.is_strange else "like"
        facts.append(
            (
                "Input",
                f"{like} the training data ({known.method}: {known.score:.4g}, limit {known.limit:.4g})",
            )
        )
    if result.coverage is not None:
        facts.append(("Prediction sets", f"hold the truth in {result.coverage:.0%}"))
    if entry.series_key and subject.series is None:
        facts.append(("Images", images_words(item)))
    facts.append(("No answer", result.abstained))
    yield table([one for one in facts if one[1]], (0.25, 0.75), width)
    for notice in result.notices:
        yield Spacer(1, 4)
        yield Paragraph(marked(f"{notice.severity.capitalize()}: {notice.message}"), style["note"])
    yield from _groups(item, width)
    yield from heat_maps(item, subject.series)
    yield from _provenance(item, width)


def _who(subject: Subject) -> list[tuple[str, str]]:
    rows, series = who(subject.patient), subject.series
    if series is not None:
        said = (fhir_date(series.study.date) or series.study.date, series.modality, series.title)
        rows.append(("Images", " · ".join(part for part in said if part)))
    return rows


def _groups(item: InboxItem, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Paragraph, Spacer

    style = styles()
    groups: dict[str, list[Finding]] = {}
    for finding in item.result.findings:
        groups.setdefault(finding.group, []).append(finding)
    for group, findings in groups.items():
        yield Spacer(1, 8)
        yield Paragraph(marked(group or "Findings"), style["heading"])
        rows: list[Sequence[str]] = [("Finding", "What the model says", "Decision")]
        rows += [(one.title, _said(item, one), _decided(item, one)) for one in findings]
        yield table(rows, (0.3, 0.37, 0.33), width, head=True)


def _said(item: InboxItem, finding: Finding) -> str:
    doubts = [one for one in marks(finding, item.result.coverage) if one.startswith("uncertain")]
    parts = [words(finding), *doubts, finding.remark]
    if finding.percentile is not None:
        parts.append(f"percentile {finding.percentile:.0f} in {finding.reference}")
    if finding.horizon_days is not None:
        parts.append(f"within {finding.horizon_days:g} days")
    parts.append(period_words(item, finding))
    return ". ".join(part.removesuffix(".") for part in parts if part) or "–"


def _decided(item: InboxItem, finding: Finding) -> str:
    said = "Proposal, not accepted"
    before = [f"before: {one}" for one in earlier_words(item, finding.key)]
    decision = item.decisions.get(finding.key)
    if decision is None:
        return "; ".join((said, *before))
    holds = held(item, finding)
    verb = verdict_words(finding, decision, item.result.coverage)
    parts = [f"{verb}: {holds}" if holds else verb]
    parts.append(f"{moment_of(decision.decided)[:16].replace('T', ' ')} UTC")
    parts += [f"by {decision.by}"] if decision.by else []
    parts += [f"reason: {decision.reason}"] if decision.reason else []
    return "; ".join((*parts, *before))


def _provenance(item: InboxItem, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Paragraph, Spacer

    made = item.report.get("provenance") or {}
    rows = [(name.replace("_", " "), str(made[name])) for name in _MADE if made.get(name) not in {"", None}]
    rows += [(f"weights {name}", str(digest)) for name, digest in (made.get("weights") or {}).items()]
    rows += [(f"set {name}", str(value)) for name, value in (made.get("parameters") or {}).items()]
    if rows:
        yield Spacer(1, 8)
        yield Paragraph("How it came to be", styles()["heading"])
        yield table(rows, (0.25, 0.75), width)

"""How a result came to be, as rows of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.ui.text import tr
from medapp.ui.wording import day

if TYPE_CHECKING:
    from medapp.domain.provenance import Provenance
    from medapp.library import ResultStatus
    from medapp.services.results import StoredResult
    from medapp.ui.results.model import ResultItem

_SHORT = 12


def moment(text: str) -> str:
    """ISO 8601 as ``2026-01-31 10:15``; anything else as it stands."""
    return f"{text[:10]} {text[11:16]}" if len(text) >= 16 and text[10] == "T" else text  # noqa: PLR2004


def is_contours(item: ResultItem) -> bool:
    """True for a structure set of the library: there was no model, and there is nothing to decide."""
    return item.stored is not None and item.stored.kind == "structures"


def made_by(item: ResultItem) -> str:
    """Model and version, and when."""
    provenance = item.provenance
    if is_contours(item):
        return tr("From an RT Structure Set")
    if provenance is None:
        corrected = item.segmentation.predecessor is not None
        return tr("Corrected by a person") if corrected else tr("Made by an unknown model")
    model = " ".join(part for part in (provenance.plugin, provenance.plugin_version) if part)
    return " · ".join(part for part in (model, moment(provenance.finished or provenance.started)) if part)


def stored_title(found: StoredResult) -> str:
    """Of a result that has not been read yet; first that it is a correction, which lies beside the other."""
    title = (found.record.title if found.record else "") or found.series.title
    corrected = found.record is not None and found.record.status == "corrected"
    return tr("Corrected · {title}", title=title) if corrected else title


def stored_made_by(found: StoredResult) -> str:
    """When, and by which model and version, as far as the library knows."""
    record, series = found.record, found.series
    if record is not None:
        made = " ".join(part for part in (record.task, record.version) if part)
        return " · ".join((moment(record.created), made or tr("Made by an unknown model")))
    if series.kind == "structures":
        return tr("From an RT Structure Set")
    made = " ".join(
        part for part in (series.fact("Manufacturer"), series.fact("ManufacturerModelName")) if part
    )
    date = series.fact("ContentDate") or series.fact("SeriesDate")
    return " · ".join(
        part for part in (made or tr("Made by an unknown model"), day(date) if date else "") if part
    )


def stored_status(found: StoredResult) -> str:
    """The decision in words; of what another program wrote none is known."""
    if found.series.kind == "structures":
        return tr("Contours")
    return status_words(found.record.status) if found.record else tr("From a file")


def status_words(status: ResultStatus) -> str:
    """A decision in words."""
    words: dict[ResultStatus, str] = {
        "proposal": tr("Proposal"),
        "accepted": tr("Accepted"),
        "corrected": tr("Accepted, corrected"),
        "rejected": tr("Rejected"),
    }
    return words[status]


def status_text(item: ResultItem) -> str:
    """The decision in words."""
    if is_contours(item):
        return tr("Contours")
    if item.edited:
        return tr("Corrected, not yet accepted")
    return tr("From a file") if item.from_file else status_words(item.status)


def status_color(item: ResultItem) -> str:
    """State of the decision for the style sheet; neutral where nobody has decided here."""
    if item.edited:
        return "warning"
    states = {"proposal": "info", "accepted": "success", "corrected": "success", "rejected": "error"}
    return "" if item.from_file else states[item.status]


def rows(item: ResultItem) -> tuple[tuple[str, str], ...]:
    """Name and value of everything needed to make the result again."""
    facts = [] if item.provenance is None else list(provenance_rows(item.provenance))
    # What was accepted in this session is known to the proposal, not to the labels that the brush gives.
    known = item.proposal.segmentation if item.proposal is not None else item.segmentation
    if known.predecessor is not None:
        facts.append((tr("Corrected from"), known.predecessor.sop_instance_uid))
    if item.log is not None:
        facts.append((tr("Log"), str(item.log)))
    return tuple((name, value) for name, value in facts if value)


def provenance_rows(found: Provenance) -> tuple[tuple[str, str], ...]:
    """How a model's result came to be; what is not known is left out."""
    labels = " ".join(part for part in (found.labels_source, found.labels_sha256[:_SHORT]) if part)
    facts = (
        (tr("Task"), found.task),
        (tr("Plugin"), " ".join(part for part in (found.plugin, found.plugin_version) if part)),
        (tr("Plugin hash"), found.plugin_sha256[:_SHORT]),
        *((tr("Weights"), f"{name} {digest[:_SHORT]}") for name, digest in found.weights.items()),
        *((str(name), str(value)) for name, value in found.parameters.items()),
        (tr("Input series"), found.input_series_uid),
        (tr("Input hash"), found.input_sha256[:_SHORT]),
        (tr("Record hash"), found.record_sha256[:_SHORT]),
        (tr("Genome hash"), found.genome_sha256[:_SHORT]),
        (tr("Labels"), labels),
        (tr("Device"), " · ".join(part for part in (found.device, found.precision, found.rung) if part)),
        (tr("Seed"), str(found.seed)),
        (tr("Started"), moment(found.started)),
        (tr("Finished"), moment(found.finished)),
        *((str(name), str(version)) for name, version in found.versions.items()),
        (tr("Intended use"), found.intended_use),
    )
    return tuple((name, value) for name, value in facts if value)

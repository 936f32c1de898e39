"""A molecule on paper: its structure, what was computed and predicted, and by what."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from medapp.services.molecule_told import told_of
from medapp.services.pdf_sheet import build, styles, table, who
from medapp.services.pdf_text import marked
from medapp.services.structures import Draughtsman, Drawing, Look, StructureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reportlab.platypus import Flowable

    from medapp.domain.molecule import Alert, MoleculeRow, Property
    from medapp.domain.patient import Patient
    from medapp.services.molecule_project import Run

_PX: Final = (900, 520)
_SHARE: Final = 0.6
"""Of the width of a line that the drawing takes."""
_MOST: Final = 15
_MADE: Final = ("plugin", "plugin_version", "device", "seed", "started", "finished")
UNLEARNED: Final = (
    "No labels of metabolites were trained on: what is said of a metabolite is said as of a drug of its "
    "structure."
)


def write_sheet(path: Path, row: MoleculeRow, runs: Sequence[Run], patient: Patient | None = None) -> None:
    """Write the sheet; the file appears whole or not at all.

    Args:
        path: Where.
        row: What is known of the molecule.
        runs: What said it; what they told of all molecules stands in the sheet, too.
        patient: Whom notes of enzymes are about; named only where there are such notes.

    Raises:
        OSError: Where it cannot be written.
    """
    with Draughtsman() as draughtsman:
        try:
            picture = draughtsman.png(Drawing(row.smiles, _PX, numbers=True), Look(paper=True))
        except StructureError:
            picture = b""
    build(path, row.name or row.smiles, lambda width: _story(row, runs, picture, patient, width))


def _story(
    row: MoleculeRow, runs: Sequence[Run], picture: bytes, patient: Patient | None, width: float
) -> Iterator[Flowable]:
    from reportlab.platypus import Image, Paragraph, Spacer

    style = styles()
    yield Paragraph(marked(row.name or f"Molecule {row.number}"), style["title"])
    if picture:
        shown = width * _SHARE
        yield Image(io.BytesIO(picture), shown, shown * _PX[1] / _PX[0])
    facts = [
        ("SMILES", row.smiles),
        ("Given", row.given if row.given != row.smiles else ""),
        ("Done to it", "; ".join(row.notes)),
    ]
    if row.nearest is not None:
        facts.append(("Nearest known", f"{row.nearest[0]}, similarity {row.nearest[1]:.2f}"))
    facts.append(("Kind", "Predictions of models; atoms are numbered from 0 as drawn"))
    yield table([one for one in facts if one[1]], (0.2, 0.8), width)
    yield from _headed("Properties", _properties(row.properties), (0.3, 0.25, 0.45), width)
    yield from _headed("Patterns that chemists are wary of", _patterns(row.alerts), (0.2, 0.5, 0.3), width)
    yield from _headed("Sites of metabolism", _sites(row), (0.2, 0.8), width)
    yield from _headed("Metabolites", _metabolites(row), (0.44, 0.1, 0.12, 0.34), width)
    if patient is not None and any(one.note for one in row.metabolites):
        told = [("What stands behind a reaction", "is known of the enzymes and medicines of"), *who(patient)]
        yield from _headed("Patient", told, (0.3, 0.7), width)
    yield from _headed("Harm", _harm(row.alerts), (0.5, 0.2, 0.3), width)
    if any(one.probability is not None for one in row.alerts):
        yield Spacer(1, 4)
        yield Paragraph(marked(UNLEARNED), style["note"])
    yield from _headed("What was told of all of them", _told(runs), (0.25, 0.15, 0.6), width)
    yield from _headed("How it came to be", _made(runs), (0.3, 0.7), width)


def _headed(
    title: str, rows: Sequence[Sequence[str]], shares: Sequence[float], width: float
) -> Iterator[Flowable]:
    """A table below its heading; nothing where it would have no rows but its head."""
    from reportlab.platypus import Paragraph, Spacer

    if len(rows) < 2:  # noqa: PLR2004
        return
    yield Spacer(1, 8)
    yield Paragraph(marked(title), styles()["heading"])
    yield table(rows, shares, width, head=True)


def _properties(properties: Sequence[Property]) -> list[tuple[str, str, str]]:
    rows = [("Property", "Value", "Remark")]
    for one in properties:
        value = "unknown" if one.value is None else f"{one.value:.4g} {one.unit}".strip()
        if one.low is not None and one.high is not None:
            value += f" ({one.low:.3g} to {one.high:.3g})"
        said = ("predicted" if one.predicted else "", one.note)
        rows.append((one.name, value, "; ".join(part for part in said if part)))
    return rows


def _patterns(alerts: Sequence[Alert]) -> list[tuple[str, str, str]]:
    found = [one for one in alerts if one.probability is None and not one.of]
    atoms = (", ".join(str(at) for at, _ in one.atoms) for one in found)
    return [
        ("Set", "Pattern", "Atoms"),
        *((one.name, one.title, said) for one, said in zip(found, atoms, strict=True)),
    ]


def _sites(row: MoleculeRow) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for site in sorted(row.sites, key=lambda one: one.rank):
        found.setdefault(site.enzyme, []).append(f"{site.atom} ({site.score:.2f})")
    return [("Enzyme", "Atoms, the likeliest first, with probability")] + [
        (f"CYP{enzyme}", ", ".join(atoms)) for enzyme, atoms in found.items()
    ]


def _metabolites(row: MoleculeRow) -> list[tuple[str, str, str, str]]:
    rows = [("Structure", "Score", "Enzyme", "Reaction")]
    for one in row.metabolites[:_MOST]:
        said = (one.reaction, f"generation {one.generation}" if one.generation > 1 else "", one.note)
        rows.append((one.smiles, f"{one.score:.3f}", one.enzyme, "; ".join(part for part in said if part)))
    return rows


def _harm(alerts: Sequence[Alert]) -> list[tuple[str, str, str]]:
    found = [one for one in alerts if one.probability is not None]
    found.sort(key=lambda one: -(one.probability or 0))
    rows = [("Harm", "Probability", "Similarity to what was learned; remark")]
    for one in found:
        of = f", of the metabolite {one.of}" if one.of else ""
        near = "unknown" if one.nearest is None else f"{one.nearest:.2f}"
        said = f"{near}; {one.note}" if one.note else near
        rows.append((f"{one.title}{of}", f"{one.probability:.2f}", said))
    return rows


def _told(runs: Sequence[Run]) -> list[tuple[str, str, str]]:
    rows = [("Task", "", "Told")]
    for told in map(told_of, runs):
        figures = ", ".join(f"{name} {value:.4g}" for name, value in told.figures)
        said = [*told.remarks, *([("figures", figures)] if figures else [])]
        rows += [(told.title, kind, text) for kind, text in said]
    return rows


def _made(runs: Sequence[Run]) -> list[tuple[str, str]]:
    rows = [("Task", "By")]
    for run in runs:
        known: dict[str, Any] = {name: run.provenance.get(name, "") for name in _MADE}
        said = [
            f"{name.replace('_', ' ')} {value}" for name, value in known.items() if value not in {"", None}
        ]
        said.append("; ".join(f"{name}={value}" for name, value in run.parameters.items()))
        if not run.is_whole:
            said.append("not run to its end")
        rows.append((f"{run.title} ({run.task})", ", ".join(part for part in said if part)))
    return rows

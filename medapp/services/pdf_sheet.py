"""Sheets of paper as every export looks: the notice on each page, who it is about, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from medapp.services.fhir_parts import fhir_date
from medapp.services.pdf_text import BOLD, FONT, marked, register
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from reportlab.platypus import Flowable, Table

    from medapp.domain.patient import Patient

_MARGIN: Final = 36
_SEXES: Final = {"M": "male", "F": "female", "O": "other"}


def build(path: Path, title: str, story: Callable[[float], Iterable[Flowable]]) -> None:
    """Write a sheet; the file appears whole or not at all.

    Args:
        path: Where.
        title: Of the document.
        story: What stands on it, given the width of a line in points.

    Raises:
        OSError: Where it cannot be written.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    register()
    part = path.with_name(f".{path.name}.part")
    document = SimpleDocTemplate(
        str(part), pagesize=A4, title=title, author="medapp", invariant=1,
        leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN + 12, bottomMargin=_MARGIN,
    )  # fmt: skip
    try:
        document.build(list(story(document.width)), onFirstPage=_mark, onLaterPages=_mark)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def who(patient: Patient) -> list[tuple[str, str]]:
    """Rows of who a sheet is about; what is not known is said to be."""
    family, _, rest = patient.name.partition("=")[0].partition("^")
    given = " ".join(rest.replace("^", " ").split())
    return [
        ("Patient", ", ".join(part for part in (family.strip(), given) if part) or "no name"),
        ("Number", patient.id or "unknown"),
        ("Born", fhir_date(patient.birth_date) or patient.birth_date or "unknown"),
        ("Sex", _SEXES.get(patient.sex.strip().upper(), patient.sex) or "unknown"),
    ]


def _mark(canvas: Any, document: Any) -> None:  # noqa: ANN401 - reportlab's own
    """The warning above and below on every page."""
    width, height = document.pagesize
    canvas.saveState()
    canvas.setFont(BOLD, 8)
    canvas.drawString(_MARGIN, height - _MARGIN + 6, WARNING)
    canvas.setFont(FONT, 8)
    canvas.drawString(_MARGIN, 20, WARNING)
    canvas.drawRightString(width - _MARGIN, 20, str(document.page))
    canvas.restoreState()


def table(
    rows: Sequence[Sequence[str]], shares: Sequence[float], width: float, *, head: bool = False
) -> Table:
    """Cells of plain text in columns that share the width as `shares` say."""
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph, Table

    style = styles()["small"]
    found = Table(
        [[Paragraph(marked(cell), style) for cell in row] for row in rows],
        colWidths=[share * width for share in shares],
        repeatRows=1 if head else 0,
        hAlign="LEFT",
    )
    look: list[tuple[Any, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    if head:
        look.append(("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke))
    found.setStyle(look)
    return found


def styles() -> dict[str, Any]:
    """Of paragraphs: ``title``, ``heading``, ``note``, ``small``."""
    from reportlab.lib.styles import ParagraphStyle

    return {
        "title": ParagraphStyle("title", fontName=BOLD, fontSize=14, leading=18, spaceAfter=6),
        "heading": ParagraphStyle("heading", fontName=BOLD, fontSize=10, leading=13, spaceAfter=3),
        "note": ParagraphStyle("note", fontName=FONT, fontSize=9, leading=12),
        # A hash or a UID is one word: it is broken rather than cut.
        "small": ParagraphStyle("small", fontName=FONT, fontSize=7.5, leading=10, splitLongWords=1),
    }

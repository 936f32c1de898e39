"""Who is in focus: the banner that never leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from medapp.ui.shell.widgets import ElidedLabel, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr
from medapp.ui.wording import birth_and_age, person_name, sex, unknown

if TYPE_CHECKING:
    from medapp.domain.patient import Patient


_LONGEST = 60
"""Letters of the list of allergies; the tool tip has all of it."""


def not_for_diagnosis() -> str:
    """Stands in the banner, the title bar, the about box and on every export."""
    return tr("Not for diagnostic use")


@dataclass(frozen=True)
class BannerTexts:
    """What the banner says of a patient."""

    name: str
    id: str
    birth: str
    sex: str
    allergies: str

    age_tip: str = ""

    @classmethod
    def of(cls, patient: Patient, study_date: str = "", died: str = "") -> BannerTexts:
        """From the images' headers; they know nothing of allergies.

        Without a study the age is that of today.
        """
        today = datetime.now().astimezone().strftime("%Y%m%d")
        tip = tr("Age at death") if died else tr("Age at the study") if study_date else tr("Age today")
        return cls(
            name=person_name(patient.name),
            id=patient.id or unknown(),
            birth=birth_and_age(patient, study_date or today, died),
            sex=sex(patient.sex),
            allergies=unknown(),
            age_tip=tip,
        )


def _cut(names: tuple[str, ...]) -> str:
    """Whole names as far as there is room, and how many more there are: none is hidden without a word."""
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join((*shown, name))) > _LONGEST:
            break
        shown.append(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…")
    more = len(names) - len(shown)
    told = ", ".join(shown)
    return tr("{names} and {count} more", names=told, count=more) if more else told


class PatientBanner(QFrame):
    """Name · ID · birth date (age) · sex · allergies, the way to the search, and the research mark."""

    searchRequested = Signal()

    def __init__(self) -> None:
        """Start without a patient."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("banner")
        self.setFixedHeight(look.banner_height)
        self.texts: BannerTexts | None = None
        self._patient: Patient | None = None
        self._study_date = ""
        self._name = ElidedLabel(role="title")
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._values: dict[str, QLabel] = {}
        self._facts = row(gap=look.gap_large + tokens.GRID)
        for name, title in (
            ("id", tr("ID")),
            ("birth", tr("Born")),
            ("sex", tr("Sex")),
            ("allergies", tr("Allergies")),
        ):
            self._facts.addLayout(self._fact(name, title))
        inner = row(gap=look.gap_large)
        inner.setContentsMargins(look.gap_large, 0, look.gap, 0)
        inner.addWidget(self._name)
        inner.addLayout(self._facts)
        self._alert = text_label()
        self._alert.setObjectName("alert")
        self._alert.hide()
        inner.addWidget(self._alert, 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addStretch(1)
        search = button(
            tr("Search  Ctrl+K"), self.searchRequested.emit, name="magnify", tip=tr("Search the library")
        )
        inner.addWidget(search)
        research = text_label(not_for_diagnosis())
        research.setObjectName("research")
        research.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        inner.addWidget(research, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(inner)
        self.set_patient(None)

    def set_patient(self, patient: Patient | None, study_date: str = "") -> None:
        """Show another patient, or none; the age is that on the study date."""
        self._patient, self._study_date = patient, study_date
        self.texts = None if patient is None else BannerTexts.of(patient, study_date)
        self._alert.hide()
        self._name.set_full_text(self.texts.name if self.texts else tr("No patient"))
        for name, label in self._values.items():
            label.setText(getattr(self.texts, name) if self.texts else "–")
            label.setEnabled(self.texts is not None)
            label.setToolTip("")
        self._values["birth"].setToolTip(self.texts.age_tip if self.texts else "")

    def set_record(self, allergies: tuple[str, ...] | None, alerts: tuple[str, ...], died: str = "") -> None:
        """Say what the record knows; None where there is none that could name an allergy."""
        label = self._values["allergies"]
        if self.texts is not None and self._patient is not None:
            self.texts = BannerTexts.of(self._patient, self._study_date, died)
            self._values["birth"].setText(self.texts.birth)
            self._values["birth"].setToolTip(self.texts.age_tip)
            text = unknown() if allergies is None else ", ".join(allergies) or tr("none recorded")
            self.texts = replace(self.texts, allergies=text)
            label.setText(_cut(allergies) if allergies else text)
            label.setToolTip(text)
        self._alert.setText("; ".join(alerts))
        self._alert.setVisible(bool(alerts))

    def _fact(self, name: str, title: str) -> QHBoxLayout:
        pair = column(gap=0)
        pair.addStretch()
        pair.addWidget(text_label(title, "faint"))
        value = text_label("–", selectable=True)
        value.setFont(tabular(value.font()))
        self._values[name] = value
        pair.addWidget(value)
        pair.addStretch()
        outer = row(gap=0)
        outer.addLayout(pair)
        return outer

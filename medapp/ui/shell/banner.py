"""Who is in focus: the banner that never leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from medapp.ui.shell.banner_fact import FactLabel, alert_label, allergies_label, id_label
from medapp.ui.shell.widgets import ElidedLabel, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr
from medapp.ui.wording import birth_and_age, person_name, sex, unknown

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medapp.domain.patient import Patient


_LEAST_NAME = 20
"""On the grid: how far a window can be narrowed."""
_UNBOUND = (1 << 24) - 1
"""Qt's QWIDGETSIZE_MAX."""
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
    def of(cls, patient: Patient, study_date: str = "", died: str = "", number: str = "") -> BannerTexts:
        """From the images' headers; they know nothing of allergies.

        Args:
            patient: Who is in focus.
            study_date: DICOM date of the images in view: the age is that on this day, and said to be so.
                Without one it is that of today.
            died: As of `birth_and_age`.
            number: Of the record, where the headers state none.
        """
        today = datetime.now().astimezone().strftime("%Y%m%d")
        tip = tr("Age at death") if died else tr("Age at the study") if study_date else tr("Age today")
        return cls(
            name=person_name(patient.name),
            id=patient.id or number or unknown(),
            birth=birth_and_age(patient, study_date or today, died, at_study=bool(study_date)),
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
        self._allergies: tuple[str, ...] | None = None
        self._study_date, self._at_study = "", True
        self._died, self._number = "", ""
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
        self._alert = alert_label()
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the number first, then the allergies, and the name last."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The name may be cut where the window is narrowed, as the very last."""
        hint = super().minimumSizeHint()
        whole = hint.width() - self._name.minimumWidth() + _LEAST_NAME * tokens.GRID
        return QSize(min(hint.width(), whole), hint.height())

    def set_at_study(self, at_study: bool) -> None:
        """Whether the images are in view: then the age is that at the study, elsewhere today's."""
        if at_study != self._at_study:
            self._at_study = at_study
            self._show_facts()

    def set_patient(self, patient: Patient | None, study_date: str = "") -> None:
        """Show another patient, or none; the age is that on the study date while the images are in view."""
        self._patient, self._study_date = patient, study_date
        self._died, self._number, self._allergies = "", "", None
        self._alert.hide()
        self._show_facts()

    def set_record(
        self, allergies: tuple[str, ...] | None, alerts: tuple[str, ...], died: str = "", number: str = ""
    ) -> None:
        """Say what the record knows.

        Args:
            allergies: None where there is no record that could name one.
            alerts: Sentences that must not be overlooked.
            died: As of `birth_and_age`.
            number: To be shown where the images state none.
        """
        self._allergies, self._died, self._number = allergies, died, number
        told = "; ".join(alerts)
        self._alert.say(told, told)
        self._alert.setVisible(bool(alerts))
        self._show_facts()

    def _show_facts(self) -> None:
        self.texts = self._texts()
        self._name.set_full_text(self.texts.name if self.texts else tr("No patient"))
        for name, label in self._values.items():
            text = getattr(self.texts, name) if self.texts else "–"
            tip = self.texts.age_tip if self.texts and name == "birth" else ""
            if name == "allergies" and self._allergies:
                text, tip = _cut(self._allergies), text
            if isinstance(label, FactLabel):
                label.say(text, tip)
            else:
                label.setText(text)
                label.setToolTip(tip)
            label.setEnabled(self.texts is not None)
        self._fit()

    def _texts(self) -> BannerTexts | None:
        if self._patient is None:
            return None
        date = self._study_date if self._at_study else ""
        texts = BannerTexts.of(self._patient, date, self._died, self._number)
        none = self._allergies is None
        said = unknown() if none else ", ".join(self._allergies or ()) or tr("none recorded")
        return replace(texts, allergies=said)

    def _fit(self) -> None:
        """Take what room is lacking from the number: the layout would take it from all alike."""
        layout, number = self.layout(), self._values["id"]
        if layout is None:
            return
        whole, least = self._name.sizeHint().width(), _LEAST_NAME * tokens.GRID
        number.setMaximumWidth(_UNBOUND)
        self._name.setMinimumWidth(0)
        layout.invalidate()
        others = layout.minimumSize().width() - self._name.minimumSizeHint().width()
        self._name.setMinimumWidth(min(whole, max(least, self.width() - others)))
        lacking = layout.sizeHint().width() - self.width()
        if lacking > 0:
            least = number.minimumSizeHint().width()
            number.setMaximumWidth(max(least, number.sizeHint().width() - lacking))

    def _fact(self, name: str, title: str) -> QHBoxLayout:
        pair = column(gap=0)
        pair.addStretch()
        pair.addWidget(text_label(title, "faint"))
        makers = {"id": id_label, "allergies": allergies_label}
        value = makers[name]() if name in makers else text_label("–", selectable=True)
        value.setFont(tabular(value.font()))
        self._values[name] = value
        pair.addWidget(value)
        pair.addStretch()
        outer = row(gap=0)
        outer.addLayout(pair)
        return outer

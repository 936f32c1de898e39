"""Asks whose genome a VCF is: file, assembly, sample, patient, and calls of other methods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QWidget

from medapp.services.genomes import GenomeWish
from medapp.ui.shell.patient_picker import PatientPicker
from medapp.ui.shell.widgets import CopyLabel, ElidedLabel, NoticeBox, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import person_name

if TYPE_CHECKING:
    from medapp.services.genomes import GenomeFile
    from medapp.ui.shell.patient_picker import Find

_LONGEST = 48
"""Letters of a name on the button; the line above it has all of it."""


class GenomeForm(QWidget):
    """One VCF. What stands against calling is told before anything can be run."""

    confirmed = Signal(object)
    """A `GenomeWish`."""

    def __init__(self, found: GenomeFile, find: Find) -> None:
        """Offer the samples of the file and patients; nobody is preselected."""
        super().__init__()
        look = tokens.current()
        self.found = found
        self.outside: Path | None = None
        self.samples = QComboBox()
        self.samples.addItems(found.samples)
        self.samples.setAccessibleName(tr("Sample"))
        if len(found.samples) > 1:
            self.samples.setCurrentIndex(-1)
            self.samples.setPlaceholderText(tr("Choose a sample"))
        self.patients = PatientPicker(find)
        self.outside_name = ElidedLabel(tr("none"), "dim")
        self.call_button = button(tr("Call genes"), self.confirm, primary=True)
        inner = column(margin=look.gap_small, gap=look.gap)
        if found.obstacle:
            inner.addWidget(NoticeBox(found.obstacle, "error"))
        elif found.warning:
            inner.addWidget(NoticeBox(found.warning))
        inner.addLayout(self._fields())
        foot = row()
        foot.addStretch()
        foot.addWidget(self.call_button)
        inner.addLayout(foot)
        inner.addStretch()
        self.setLayout(inner)
        self.samples.currentIndexChanged.connect(self._check)
        self.patients.changed.connect(self._check)
        self._check()

    def _fields(self) -> QFormLayout:
        outside = row()
        outside.addWidget(self.outside_name, 1)
        outside.addWidget(button(tr("Choose a file"), self._ask_outside))
        fields = QFormLayout()
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields.addRow(tr("File"), CopyLabel(self.found.file.name))
        fields.addRow(tr("Assembly"), text_label(self.found.assembly or tr("not stated")))
        fields.addRow(tr("Sample"), self.samples)
        fields.addRow(tr("Patient"), self.patients)
        fields.addRow(tr("Calls of other methods"), outside)
        return fields

    def confirm(self) -> None:
        """Say whose genome it is."""
        chosen = self.patients.chosen
        if self.call_button.isEnabled() and chosen is not None:
            self.confirmed.emit(
                GenomeWish(self.found.file, self.samples.currentText(), *chosen, self.outside)
            )

    def set_outside(self, path: Path | None) -> None:
        """Take calls of other methods from a file."""
        self.outside = path
        self.outside_name.set_full_text(path.name if path else tr("none"))

    def _ask_outside(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Calls of other methods"))
        if name:
            self.set_outside(Path(name))

    def _check(self) -> None:
        chosen = self.samples.currentIndex() >= 0 and self.patients.chosen is not None
        self.call_button.setEnabled(chosen and not self.found.obstacle)
        self.call_button.setText(self._title())
        self.call_button.setAccessibleName(self._title())

    def _title(self) -> str:
        """What the button does, with whose genome it becomes."""
        if self.patients.chosen is None:
            return tr("Call genes")
        name = person_name(self.patients.chosen[1].name)
        short = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
        return tr("Call and keep as the genome of {name}", name=short.replace("&", "&&"))

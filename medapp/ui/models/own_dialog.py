"""Classifiers of one's own: added once, kept by name, with their card and what was agreed of their code."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QFrame, QScrollArea, QWidget

from medapp.ui.shell.widgets import ElidedLabel, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.own_classifiers import OwnClassifier
    from medapp.ui.models.own_model import OwnModel

_SIZE = (150 * tokens.GRID, 110 * tokens.GRID)


class OwnDialog(QDialog):
    """Shows an `OwnModel`; what is added is offered under its title among the models that can be asked."""

    cardRequested = Signal(str)
    """A card, as Markdown."""

    def __init__(self, model: OwnModel, parent: QWidget | None = None) -> None:
        """Show `model`."""
        super().__init__(parent)
        look = tokens.current()
        self._model = model
        self.setWindowTitle(tr("Classifiers of your own"))
        self.rows: dict[str, _Row] = {}
        said = tr(
            "A folder with a model and a manifest (classifier.toml) that describes it. It is added once, and "
            "asked under its title; none of it is run when it is added."
        )
        self._list = column(gap=look.gap_small)
        body = QWidget()
        inner = column()
        inner.addLayout(self._list)
        inner.addStretch()
        body.setLayout(inner)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(body)
        foot = row()
        foot.addWidget(button(tr("Add a folder…"), self.ask_folder, name="folder-open-outline", primary=True))
        foot.addWidget(button(tr("Add a manifest…"), self.ask_file, name="file-outline"))
        foot.addStretch()
        foot.addWidget(button(tr("Close"), self.accept))
        outer = column(margin=look.gap_large, gap=look.gap)
        outer.addWidget(text_label(said, "dim", wrap=True))
        outer.addWidget(area, 1)
        outer.addLayout(foot)
        self.setLayout(outer)
        self.resize(*_SIZE)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the list as it is now."""
        empty(self._list)
        self.rows.clear()
        for one in self._model.items:
            self.rows[one.key] = _Row(one, self)
            self._list.addWidget(self.rows[one.key])
        if not self._model.items:
            self._list.addWidget(text_label(tr("None has been added yet."), "dim"))

    def ask_folder(self) -> None:
        """Ask for the folder of a classifier and add it."""
        name = QFileDialog.getExistingDirectory(self, tr("Choose the folder of a classifier"))
        if name:
            self._model.add(Path(name))

    def ask_file(self) -> None:
        """Ask for a manifest and add its classifier."""
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Choose the manifest of a classifier"), "", tr("Manifests (*.toml *.json)")
        )
        if name:
            self._model.add(Path(name))

    def agree(self, key: str, *, to_run: bool) -> None:
        """Agree to run the code of a model, or no more."""
        self._model.agree(key, to_run=to_run)

    def remove(self, key: str) -> None:
        """Take one off the list."""
        self._model.remove(key)


class _Row(QFrame):
    """One classifier."""

    def __init__(self, one: OwnClassifier, dialog: OwnDialog) -> None:
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap_small)
        title = f"{one.title} {one.version}".strip()
        self.title = text_label(title, "heading", wrap=True, selectable=True)
        inner.addWidget(self.title)
        licence = tr("Licence: {name}", name=one.license) if one.license else tr("No licence stated")
        inner.addWidget(text_label(" · ".join([", ".join(one.images) or tr("any images"), licence]), "dim"))
        place = ElidedLabel(one.manifest, "faint")
        inner.addWidget(place)
        if not one.is_there:
            inner.addWidget(text_label(tr("Its files are not where they were."), "dim"))
        self.trusted = QCheckBox(tr("Run its code"))
        self.trusted.setVisible(one.is_code)
        self.trusted.setChecked(bool(one.agreed))
        self.trusted.setToolTip(
            tr("Its model is code, which runs with your rights. It holds for the file as it is now alone.")
        )
        self.trusted.clicked.connect(lambda to_run: dialog.agree(one.key, to_run=to_run))
        line = row()
        line.addWidget(self.trusted)
        line.addStretch()
        line.addWidget(button(tr("Card"), partial(self._card, one, dialog), name="card-text-outline"))
        self.remove = button(tr("Remove"), partial(dialog.remove, one.key), name="close")
        line.addWidget(self.remove)
        inner.addLayout(line)
        self.setLayout(inner)

    @staticmethod
    def _card(one: OwnClassifier, dialog: OwnDialog) -> None:
        from dataclasses import asdict

        from medapp.services.own_classifiers import card_of

        dialog.cardRequested.emit(card_of(asdict(one)))

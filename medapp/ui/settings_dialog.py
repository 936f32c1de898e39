"""Keys, presets and hanging rules: fields, and for the experienced the text of the file they are kept in."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QWidget,
)

from medapp.services.user import keep_name, name_of_user
from medapp.ui.reading.settings import (
    USER_FILE,
    Settings,
    SettingsError,
    export_settings,
    import_settings,
    load_settings,
    merged,
    to_toml,
)
from medapp.ui.settings_form import SettingsForm
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.reading.workspace import ReadWorkspace


def checked_text(text: str) -> Settings:
    """The settings that a text spells.

    Raises:
        SettingsError: Where it cannot be used, or two actions have one key.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(error)) from error
    settings = merged(Settings(), data)
    clashes = settings.conflicts()
    if clashes:
        words = "; ".join(f"{key}: {', '.join(actions)}" for key, actions in clashes.items())
        message = tr("Keys with more than one action: {keys}", keys=words)
        raise SettingsError(message)
    return settings


class SettingsDialog(QDialog):
    """An editor that refuses what cannot be used, and says why."""

    def __init__(self, config: Path, workspace: ReadWorkspace, parent: QWidget | None = None) -> None:
        """Edit the settings of `workspace`; they are kept in the folder `config`."""
        super().__init__(parent)
        look = tokens.current()
        self._config, self._file = config, config / USER_FILE
        self._workspace = workspace
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Name, keys, presets, hanging rules"))
        self.resize(180 * tokens.GRID, 160 * tokens.GRID)
        self.editor = QPlainTextEdit(to_toml(workspace.settings))
        self.editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.message = text_label("", wrap=True, selectable=True)
        inner = column(margin=look.gap_large, gap=look.gap)
        self.tabs = QTabWidget()
        self.tabs.addTab(QWidget(), tr("Settings"))
        self.tabs.addTab(self.editor, tr("Advanced: text of the file"))
        self._show(workspace.settings)
        self.tabs.currentChanged.connect(self._turned)
        self.name = QLineEdit(name_of_user(config))
        self.name.setPlaceholderText(tr("Your name, written with what you decide; it may be left empty"))
        self.name.setAccessibleName(tr("Your name"))
        who = row(gap=look.gap)
        who.addWidget(text_label(tr("Your name"), "dim"))
        who.addWidget(self.name, 1)
        inner.addLayout(who)
        inner.addWidget(self.tabs, 1)
        inner.addWidget(self.message)
        inner.addLayout(self._buttons())
        self.setLayout(inner)

    def _buttons(self) -> QHBoxLayout:
        line = row()
        line.addWidget(button(tr("Import…"), self.ask_import))
        line.addWidget(button(tr("Export…"), self.ask_export))
        line.addWidget(button(tr("As shipped"), self.show_shipped))
        opener = button(tr("Open the file"), self.open_file, tip=str(self._file))
        opener.setProperty("flat", True)
        opener.setEnabled(self._file.is_file())
        line.addWidget(opener)
        line.addStretch()
        line.addWidget(button(tr("Cancel"), self.reject))
        line.addWidget(button(tr("Save"), self.save, primary=True))
        return line

    def _show(self, settings: Settings) -> None:
        """Fill the fields and the text."""
        self.form = SettingsForm(settings, load_settings())
        self.form.changed.connect(self._check)
        old = self.tabs.widget(0)
        at = self.tabs.currentIndex()
        self.tabs.blockSignals(True)
        self.tabs.removeTab(0)
        self.tabs.insertTab(0, self.form, tr("Settings"))
        self.tabs.setCurrentIndex(max(0, at))
        if old is not None:
            old.deleteLater()
        self.tabs.blockSignals(False)
        self._filled = to_toml(settings)
        self.editor.setPlainText(self._filled)

    def add_page(self, title: str, page: QWidget, *, shown: bool = False) -> None:
        """A further tab, which keeps what it changes itself."""
        self.tabs.addTab(page, title)
        if shown:
            self.tabs.setCurrentWidget(page)

    def _turned(self, index: int) -> None:
        """What was changed on one side is shown on the other; what cannot be used stays where it is."""
        if index > 1:
            return
        try:
            settings = self.form.settings() if index else checked_text(self.editor.toPlainText())
        except SettingsError as error:
            self.tabs.blockSignals(True)
            self.tabs.setCurrentIndex(1 - index)
            self.tabs.blockSignals(False)
            self._refuse(str(error))
            return
        self._show(settings)
        self._refuse("")

    def shown(self) -> Settings:
        """What is written in the text, where that has been changed, or else in the fields; checked.

        Raises:
            SettingsError: Where it cannot be used.
        """
        if self.editor.toPlainText() != self._filled:
            return checked_text(self.editor.toPlainText())
        return checked_text(to_toml(self.form.settings()))

    def _check(self) -> None:
        try:
            self.shown()
        except SettingsError as error:
            self._refuse(str(error))
        else:
            self._refuse("")

    def save(self) -> bool:
        """Keep and use what is shown; False, with the reason shown, where it cannot be used."""
        try:
            settings = self.shown()
            export_settings(settings, self._file)
            if self.name.text().strip() != name_of_user(self._config):
                keep_name(self._config, self.name.text())
        except (SettingsError, OSError) as error:
            self._refuse(str(error))
            return False
        self._workspace.use_settings(settings)
        self.accept()
        return True

    def open_file(self) -> None:
        """Open the file in the program that the system has for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))

    def show_shipped(self) -> None:
        """Show the shipped settings; nothing is kept before `save`."""
        self._show(load_settings())

    def ask_import(self) -> None:
        """Ask for an exported file and show it."""
        name, _ = QFileDialog.getOpenFileName(self, tr("Import settings"), "", "TOML (*.toml)")
        if name:
            self.read_from(Path(name))

    def read_from(self, path: Path) -> None:
        """Lay a file over what is in use; nothing is kept before `save`."""
        try:
            self._show(import_settings(path, self._workspace.settings))
            self._refuse("")
        except SettingsError as error:
            self._refuse(str(error))

    def ask_export(self) -> None:
        """Ask for a file and write what is shown into it."""
        name, _ = QFileDialog.getSaveFileName(self, tr("Export settings"), USER_FILE, "TOML (*.toml)")
        if not name:
            return
        try:
            export_settings(self.shown(), Path(name))
        except (SettingsError, OSError) as error:
            self._refuse(str(error))

    def _refuse(self, reason: str) -> None:
        self.message.setText(reason)
        self.message.setProperty("state", "error")
        self.message.style().polish(self.message)

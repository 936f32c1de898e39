"""The settings as fields: keys by action, window presets, hanging rules; the rest stays as it is."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QLineEdit, QScrollArea, QWidget

from medapp.ui.reading.settings import HangingRule, Preset, SettingsError
from medapp.ui.shell.widgets import column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QHBoxLayout

    from medapp.ui.reading.settings import Settings

_APART = ", "
_COMMA = ","


class SettingsForm(QScrollArea):
    """Groups of fields; `settings` reads them back."""

    changed = Signal()

    def __init__(self, settings: Settings, shipped: Settings) -> None:
        """Show `settings`; a field that is empty shows what is shipped."""
        super().__init__()
        self._base = settings
        self._shipped = shipped
        self.keys: dict[str, QLineEdit] = {}
        self.presets: list[dict[str, QLineEdit]] = []
        self.rules: list[dict[str, QLineEdit]] = []
        look = tokens.current()
        inner = column(gap=look.gap)
        inner.setContentsMargins(0, 0, look.gap, 0)
        self._group(
            inner, tr("Window presets"), tr("Digit key, name, width, centre and unit"), self._presets()
        )
        self._group(
            inner,
            tr("Hanging rules"),
            tr("The first that fits a series is taken; empty fits all"),
            self._rules(),
        )
        self._group(inner, tr("Keys"), tr("Several are set apart by a comma and a space"), self._keys())
        inner.addStretch()
        body = QWidget()
        body.setLayout(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)

    # ---- reading ------------------------------------------------------------------------------------
    def settings(self) -> Settings:
        """What the fields say.

        Raises:
            SettingsError: Where a number is none, with the field's name.
        """
        presets = tuple(
            replace(old, **_read(old, found))
            for old, found in zip(self._base.presets, self.presets, strict=True)
        )
        rules = tuple(
            replace(old, **_read(old, found))
            for old, found in zip(self._base.hanging, self.rules, strict=True)
        )
        keys = {action: _split(field.text()) for action, field in self.keys.items()}
        return replace(self._base, keys={**self._base.keys, **keys}, presets=presets, hanging=rules)

    # ---- drawing ------------------------------------------------------------------------------------
    @staticmethod
    def _group(inner: Any, title: str, hint: str, form: QFormLayout) -> None:  # noqa: ANN401 - a layout
        inner.addWidget(text_label(title, "heading"))
        inner.addWidget(text_label(hint, "dim", wrap=True))
        inner.addLayout(form)

    def _keys(self) -> QFormLayout:
        form = _form()
        for action, keys in self._base.keys.items():
            default = _APART.join(self._shipped.keys.get(action, ())) or tr("none")
            title = action.replace("_", " ").capitalize()
            self.keys[action] = self._field(_APART.join(keys), tr("as shipped: {keys}", keys=default), title)
            form.addRow(text_label(title), self.keys[action])
        return form

    def _presets(self) -> QFormLayout:
        form = _form()
        for preset in self._base.presets:
            line, found = self._line(preset, ("name", "width", "center", "unit"))
            self.presets.append(found)
            form.addRow(text_label(tr("Key {key}", key=preset.key)), line)
        return form

    def _rules(self) -> QFormLayout:
        form = _form()
        for rule in self._base.hanging:
            line, found = self._line(rule, ("modality", "body_part", "kind", "steps"))
            self.rules.append(found)
            form.addRow(text_label(rule.name), line)
        return form

    def _line(
        self, value: Preset | HangingRule, names: tuple[str, ...]
    ) -> tuple[QHBoxLayout, dict[str, QLineEdit]]:
        line, found = row(), {}
        for name in names:
            title = name.replace("_", " ").capitalize()
            found[name] = self._field(_text(getattr(value, name)), title, title)
            line.addWidget(found[name])
        return line, found

    def _field(self, text: str, hint: str, title: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setPlaceholderText(hint)
        field.setToolTip(hint)
        field.setAccessibleName(title)
        field.textChanged.connect(self.changed)
        return field


def _form() -> QFormLayout:
    look = tokens.current()
    form = QFormLayout()
    form.setHorizontalSpacing(look.gap)
    form.setVerticalSpacing(look.gap_tiny)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return form


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return _APART.join(value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _split(text: str) -> tuple[str, ...]:
    """Words set apart by a comma and a space; a comma alone is a key."""
    parts = (part.strip() for part in text.split(_APART))
    return tuple(part if part == _COMMA else part.strip(_COMMA) for part in parts if part)


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _read(old: Preset | HangingRule, found: dict[str, QLineEdit]) -> dict[str, Any]:
    """Each field by the type that the settings have."""
    kinds = {field.name: str(field.type) for field in fields(old)}
    readers: dict[str, Callable[[str], object]] = {"float": _number, "tuple[str, ...]": _split}
    values: dict[str, Any] = {}
    for name, field in found.items():
        try:
            values[name] = readers.get(kinds[name], str)(field.text().strip())
        except ValueError as error:
            message = tr(
                "{name}, {field}: a number is wanted, not {value}",
                name=old.name, field=name, value=field.text() or tr("nothing"),
            )  # fmt: skip
            raise SettingsError(message) from error
    return values

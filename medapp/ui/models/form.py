"""A form drawn from the JSON Schema of a task's parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from medapp.ui.models.names_menu import names_button, with_name
from medapp.ui.models.path_line import with_browse
from medapp.ui.shell.widgets import column, row, text_label
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_FAR = 2**31 - 1
_DIGITS = 3


class ParameterForm(QWidget):
    """One field a parameter; `values` holds JSON types."""

    changed = Signal()

    def __init__(self, properties: Mapping[str, Mapping[str, Any]], required: Sequence[str] = ()) -> None:
        """Draw the fields of ``properties``; those in `required` must be filled."""
        super().__init__()
        self._required = tuple(required)
        self._read: dict[str, Callable[[], Any]] = {}
        self._write: dict[str, Callable[[Any], object]] = {}
        self._only_with: dict[str, dict[str, Any]] = {
            name: {
                other: value for other, value in schema.get("only_with", {}).items() if other in properties
            }
            for name, schema in properties.items()
        }
        self.fields: dict[str, QWidget] = {}
        self.names: dict[str, QWidget] = {}
        """Buttons that list what may be written into a field."""
        inner = column()
        for name, schema in properties.items():
            field = self._field(name, schema)
            self.fields[name] = field
            title = str(schema.get("title") or name.replace("_", " "))
            help_text = str(schema.get("description", title))
            if isinstance(field, QCheckBox):
                field.setText(title)
                # It cannot be wrapped; the tool tip has what is cut.
                field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            else:
                inner.addWidget(self._head(name, title, schema, field))
            inner.addWidget(field)
            # Where the field is narrow, what stands in it as an example is cut.
            field.setToolTip("\n".join(part for part in (help_text, example_of(schema)) if part))
            field.setAccessibleName(title)
        self.setLayout(inner)
        self._tips = {name: field.toolTip() for name, field in self.fields.items()}
        self.changed.connect(self._follow)
        self._follow()

    def _head(self, name: str, title: str, schema: Mapping[str, Any], field: QWidget) -> QWidget:
        """The title of a field, and where it takes names the button that lists them."""
        label = text_label(title + (" *" if name in self._required else ""), "dim")
        if not schema.get("names") or not isinstance(field, QLineEdit):
            return label

        def put(chosen: str) -> None:
            self.set_values({name: with_name(field.text(), chosen)})
            field.setFocus()

        line = row()
        line.addWidget(label)
        self.names[name] = names_button(title, schema, put)
        line.addWidget(self.names[name])
        line.addStretch(1)
        whole = QWidget()
        whole.setLayout(line)
        return whole

    def values(self) -> dict[str, Any]:
        """What is set; fields left empty, and those that count only with other values, are left out.

        Raises:
            ValueError: Where a text is not of the form that the parameter asks for.
        """
        found = {name: read() for name, read in self._read.items() if self.counts(name)}
        return {name: value for name, value in found.items() if value is not None}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill fields from elsewhere; what there is no field for, or is none of its choices, is left out.

        What a value counts only with is set, too.
        """
        for name, value in values.items():
            if name in self._write:
                for other, wanted in self._only_with[name].items():
                    self._write[other](wanted)
                self._write[name](value)

    def counts(self, name: str) -> bool:
        """Whether a field is looked at, as the others are set (``only_with`` of its schema)."""
        return all(self._read[other]() == wanted for other, wanted in self._only_with[name].items())

    def _follow(self) -> None:
        """Fields that are not looked at cannot be filled; their tool tips say when they are."""
        for name, asked in self._only_with.items():
            if not asked:
                continue
            counts, field = self.counts(name), self.fields[name]
            field.setEnabled(counts)
            titles = [f"{self.fields[other].accessibleName()}: {wanted}" for other, wanted in asked.items()]
            only = tr("Only with {what}.", what=", ".join(titles))
            field.setToolTip(self._tips[name] if counts else f"{only} {self._tips[name]}")

    def missing(self) -> tuple[str, ...]:
        """Required parameters that are not filled."""
        try:
            values = self.values()
        except ValueError:
            return ()
        return tuple(name for name in self._required if name not in values)

    def _field(self, name: str, schema: Mapping[str, Any]) -> QWidget:
        kind = schema.get("type", "string")
        if "enum" in schema:
            return self._choice(name, schema)
        if kind == "boolean":
            return self._check(name, schema)
        if kind == "integer":
            return self._integer(name, schema)
        if kind == "number":
            return self._number(name, schema)
        if schema.get("format") in {"folder", "path", "file"}:
            return self._path(name, schema)
        return self._text(name, schema)

    def _check(self, name: str, schema: Mapping[str, Any]) -> QWidget:
        field = QCheckBox()
        field.setChecked(bool(schema.get("default", False)))
        field.toggled.connect(self.changed)
        self._read[name] = field.isChecked
        self._write[name] = lambda value: field.setChecked(bool(value))
        return field

    def _choice(self, name: str, schema: Mapping[str, Any]) -> QWidget:
        field = QComboBox()
        for value in schema["enum"]:
            field.addItem(str(value), value)
        field.setCurrentIndex(max(0, field.findData(schema.get("default", schema["enum"][0]))))
        field.currentIndexChanged.connect(self.changed)
        self._read[name] = field.currentData
        self._write[name] = lambda value: _choose(field, value)
        return field

    def _integer(self, name: str, schema: Mapping[str, Any]) -> QWidget:
        field = QSpinBox()
        field.setRange(int(schema.get("minimum", -_FAR)), int(schema.get("maximum", _FAR)))
        field.setValue(int(schema.get("default", max(0, field.minimum()))))
        field.valueChanged.connect(self.changed)
        self._read[name] = field.value
        self._write[name] = lambda value: field.setValue(int(value))
        return field

    def _number(self, name: str, schema: Mapping[str, Any]) -> QWidget:
        field = QDoubleSpinBox()
        low, high = float(schema.get("minimum", -_FAR)), float(schema.get("maximum", _FAR))
        field.setDecimals(_DIGITS)
        field.setRange(low, high)
        field.setSingleStep((high - low) / 20 if high - low < _FAR else 1.0)
        field.setValue(float(schema.get("default", max(0.0, low))))
        field.valueChanged.connect(self.changed)
        self._read[name] = field.value
        self._write[name] = lambda value: field.setValue(float(value))
        return field

    def _text(self, name: str, schema: Mapping[str, Any]) -> QWidget:
        kind = schema.get("type", "string")
        default = schema.get("default", "")
        field = QLineEdit(default if isinstance(default, str) else json.dumps(default))
        field.setPlaceholderText(example_of(schema))
        field.textChanged.connect(self.changed)
        self._read[name] = lambda: _parsed(field.text(), plain=kind == "string")
        self._write[name] = lambda value: field.setText(
            value if isinstance(value, str) else json.dumps(value)
        )
        return field

    def _path(self, name: str, schema: Mapping[str, Any]) -> QWidget:
        folder = schema["format"] == "folder"
        text = QLineEdit(str(schema.get("default", "")))
        text.setPlaceholderText(example_of(schema) or (tr("Folder") if folder else tr("File or folder")))
        text.textChanged.connect(self.changed)
        self._read[name] = lambda: text.text().strip() or None
        self._write[name] = lambda value: text.setText(str(value))

        return with_browse(text, files=not folder)


def example_of(schema: Mapping[str, Any]) -> str:
    """What may be written into a field, shown while it is empty; empty where the schema gives none."""
    examples = schema.get("examples") or ()
    shown = next((one if isinstance(one, str) else json.dumps(one) for one in examples), "")
    return tr("for example {example}", example=shown) if shown else ""


def _choose(field: QComboBox, value: object) -> None:
    at = field.findData(value)
    if at >= 0:
        field.setCurrentIndex(at)


def _parsed(text: str, *, plain: bool) -> object:
    """A text, or the JSON value that it spells; None where it is empty."""
    if not text.strip():
        return None
    return text if plain else json.loads(text)

"""The reader's own keys, presets and hanging rules: shipped files, and the user's file over them."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from medapp.domain.volume import Window
from medapp.resources import resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.domain.patient import Series

USER_FILE = "reading.toml"
"""One file for all of it, in the user's configuration folder; also the form of export and import."""


class SettingsError(ValueError):
    """A settings file that cannot be used, with the reason in words."""


@dataclass(frozen=True)
class Preset:
    """A window on a digit key, for images in one unit ("" for any)."""

    key: str
    name: str
    width: float
    center: float
    unit: str = ""

    @property
    def window(self) -> Window:
        """As the images take it."""
        return Window(self.center, self.width, self.name, "LINEAR_EXACT")


@dataclass(frozen=True)
class HangingRule:
    """Arrangements for the studies it fits; an empty tuple fits everything."""

    name: str
    steps: tuple[str, ...]
    modality: tuple[str, ...] = ()
    body_part: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    series_at_least: int = 0

    def fits(self, series: Series, series_in_study: int) -> bool:
        """True where the rule is meant for this series."""
        body = series.fact("BodyPartExamined").upper()
        return (
            (not self.modality or series.modality in self.modality)
            and (not self.kind or series.kind in self.kind)
            and (not self.body_part or body in self.body_part)
            and series_in_study >= self.series_at_least
        )


@dataclass(frozen=True)
class Settings:
    """Keys by action, presets by key, hanging rules in order."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    presets: tuple[Preset, ...] = ()
    hanging: tuple[HangingRule, ...] = ()

    def action(self, key: str) -> str:
        """The action on a key, "" where it has none."""
        wanted = key.casefold()
        for action, keys in self.keys.items():
            if any(wanted == k.casefold() for k in keys):
                return action
        return ""

    def preset(self, key: str) -> Preset | None:
        """The preset of a digit key."""
        return next((preset for preset in self.presets if preset.key == key), None)

    def steps(self, series: Series, series_in_study: int) -> tuple[str, ...]:
        """Arrangements for a series, of the first rule that fits."""
        for rule in self.hanging:
            if rule.fits(series, series_in_study):
                return rule.steps
        return ("1x1",)

    def conflicts(self) -> dict[str, tuple[str, ...]]:
        """Keys that more than one action has."""
        users: dict[str, list[str]] = {}
        for action, keys in self.keys.items():
            for key in keys:
                users.setdefault(key.casefold(), []).append(action)
        return {key: tuple(actions) for key, actions in users.items() if len(actions) > 1}


def load_settings(user_file: Path | None = None) -> Settings:
    """The shipped settings with the user's laid over them; a missing user file is no error.

    Raises:
        SettingsError: Where a file cannot be read.
    """
    parts = [_read(resource("reading", name)) for name in ("keymap.toml", "presets.toml", "hanging.toml")]
    settings = Settings()
    for part in parts:
        settings = merged(settings, part)
    if user_file is not None and user_file.is_file():
        settings = merged(settings, _read(user_file))
    return settings


def import_settings(path: Path, base: Settings) -> Settings:
    """Lay an exported file over `base`.

    Raises:
        SettingsError: Where the file cannot be used.
    """
    return merged(base, _read(path))


def export_settings(settings: Settings, path: Path) -> None:
    """Write everything into one file.

    Raises:
        OSError: Where it cannot be written.
    """
    path.write_text(to_toml(settings), encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path.name} cannot be read: {error}"
        raise SettingsError(message) from error


def merged(base: Settings, data: Mapping[str, Any]) -> Settings:
    """Lay the content of a file over settings: keys one by one, presets by key, hanging rules as a whole.

    Raises:
        SettingsError: Where the content has another form.
    """
    try:
        keys = {**base.keys, **{str(a): _words(k) for a, k in dict(data.get("keys", {})).items()}}
        presets = {preset.key: preset for preset in base.presets}
        for entry in data.get("preset", ()):
            preset = Preset(**{**entry, "width": float(entry["width"]), "center": float(entry["center"])})
            if preset.width <= 0:
                message = f"the width of preset {preset.key} is not above 0"
                raise SettingsError(message)
            presets[preset.key] = preset
        rules = tuple(_rule(entry) for entry in data.get("rule", ()))
    except (TypeError, KeyError, AttributeError) as error:
        message = f"the settings have another form: {error}"
        raise SettingsError(message) from error
    return Settings(keys, tuple(presets[key] for key in sorted(presets)), rules or base.hanging)


def _rule(entry: Mapping[str, Any]) -> HangingRule:
    fields: dict[str, Any] = {
        name: _words(value) if isinstance(value, list) else value for name, value in entry.items()
    }
    return HangingRule(**fields)


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        message = f"a list of texts is wanted, not {value!r}"
        raise SettingsError(message)
    return tuple(value)


def to_toml(settings: Settings) -> str:
    """The settings as text."""
    lines = ["[keys]"]
    lines += [f"{action} = {_list(keys)}" for action, keys in settings.keys.items()]
    for preset in settings.presets:
        lines += [
            "",
            "[[preset]]",
            f"key = {json.dumps(preset.key)}",
            f"name = {json.dumps(preset.name)}",
            f"width = {preset.width!r}",
            f"center = {preset.center!r}",
            f"unit = {json.dumps(preset.unit)}",
        ]
    for rule in settings.hanging:
        lines += ["", "[[rule]]", f"name = {json.dumps(rule.name)}", f"steps = {_list(rule.steps)}"]
        lines += [
            f"{name} = {_list(values)}"
            for name, values in (
                ("modality", rule.modality), ("body_part", rule.body_part), ("kind", rule.kind),
            )
            if values
        ]  # fmt: skip
        if rule.series_at_least:
            lines.append(f"series_at_least = {rule.series_at_least}")
    return "\n".join(lines) + "\n"


def _list(words: tuple[str, ...]) -> str:
    return json.dumps(list(words), ensure_ascii=False)

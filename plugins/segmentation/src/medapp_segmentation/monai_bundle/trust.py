"""Which parts of a configuration a run uses, and which of them would run the bundle's own code."""

from __future__ import annotations

import ast
import functools
import inspect
import pydoc
import re
from typing import TYPE_CHECKING, Any

from medapp_segmentation.monai_bundle.source import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monai.bundle.config_item import ComponentLocator

# Classes of these are built without trust; anything else a configuration names is code of its choice.
_SAFE_PLACES = (
    "monai.inferers",
    "monai.networks.blocks",
    "monai.networks.layers",
    "monai.networks.nets",
    "monai.transforms",
    "torch.nn",
)
_SAFE_FUNCTIONS = ("monai.networks.nets",)
_UNSAFE_NAMES = {"Lambda", "Lambdad", "LambdaD", "LambdaDict", "RandLambda", "RandLambdad", "CuCIM", "CuCIMd"}
_REFERENCE = re.compile(r"^@([\w.#:]+)$")
_SEPARATOR = re.compile(r"#|::")


def used_part(config: dict[str, Any], sections: Iterable[str]) -> tuple[dict[str, Any], list[str]]:
    """Follow the references from `sections`.

    Returns:
        A configuration with these sections and what they refer to, expressions that are plain literals
        evaluated; and in words what of it would run code.
    """
    walker = _Walker(config)
    kept = {}
    waiting = [section for section in sections if section in config]
    while waiting:
        section = waiting.pop()
        if section not in kept:
            kept[section] = walker.clean(config[section], section)
            waiting += walker.take_references()
    return kept, walker.reasons


class _Walker:
    """Walks a configuration, collecting references and reasons for distrust."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._references: list[str] = []
        self.reasons: list[str] = []

    def take_references(self) -> list[str]:
        """Top-level sections referred to since the last call."""
        found, self._references = self._references, []
        return found

    def clean(self, value: Any, where: str) -> Any:  # noqa: ANN401 - any JSON value
        """A copy with literal expressions evaluated."""
        if isinstance(value, dict):
            self._component(value, where)
            return {key: self.clean(item, f"{where}#{key}") for key, item in value.items() if key != "_desc_"}
        if isinstance(value, list):
            return [self.clean(item, f"{where}#{number}") for number, item in enumerate(value)]
        return self._text(value, where) if isinstance(value, str) else value

    def _component(self, table: dict[str, Any], where: str) -> None:
        if table.get("_mode_", "default") != "default":
            self.reasons.append(f"{where} asks for the mode {table['_mode_']!r}")
        target = table.get("_target_")
        if target is not None and not _is_safe(target):
            self.reasons.append(f"{where} builds {target!r}")

    def _text(self, text: str, where: str) -> Any:  # noqa: ANN401 - the value of a literal
        if text.startswith("$"):
            try:
                return ast.literal_eval(text[1:].strip())
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                self.reasons.append(f"{where} evaluates {text!r}")
                return None
        if text.startswith("%"):
            self.reasons.append(f"{where} includes {text!r}")
            return None
        reference = _REFERENCE.match(text)
        if reference is not None:
            section = _SEPARATOR.split(reference[1])[0]
            if section not in self._config:
                message = f"the bundle's configuration lacks {section!r}, which {where} refers to"
                raise BundleError(message)
            self._references.append(section)
        return text


def _is_safe(target: object) -> bool:
    """Whether a target is a class of MONAI or torch that only computes, or builds a network."""
    if not isinstance(target, str):
        return False
    names = [target] if "." in target else _full_names(target)
    return bool(names) and all(_is_known(name) for name in names)


def _is_known(name: str) -> bool:
    if not _within(name, _SAFE_PLACES):
        return False
    found = pydoc.locate(name)
    # A dotted name may lead through a module's imports to anywhere: what counts is where the thing was made.
    home = f"{getattr(found, '__module__', '')}."
    if inspect.isfunction(found):
        return _within(home, _SAFE_FUNCTIONS)
    return inspect.isclass(found) and _within(home, _SAFE_PLACES) and found.__name__ not in _UNSAFE_NAMES


def _within(name: str, places: Iterable[str]) -> bool:
    return any(name.startswith(f"{place}.") for place in places)


def _full_names(name: str) -> list[str]:
    """What MONAI's short `name` may stand for."""
    found = _locator().get_component_module_name(name)
    modules = found if isinstance(found, list) else [found]
    return [f"{module}.{name}" for module in modules if module is not None]


@functools.cache
def _locator() -> ComponentLocator:
    from monai.bundle.config_item import ComponentLocator

    return ComponentLocator()

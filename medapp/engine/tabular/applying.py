"""A fitted model as plain numbers: applied to new data, never fitted on it, and read without running code."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.tabular.schema import ColumnSchema, SchemaError, check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

VERSION: Final = 1
NUMBERS: Final = "tabular.safetensors"
WORDS: Final = "tabular.json"
FEATURES: Final = "features"
"""Folder of the pipeline that made the columns, beside the model."""
UNKNOWN: Final = "(not stated)"
_ARRAYS: Final = ("medians", "indicated", "means", "scales", "weights")
_MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Category:
    """A column of words and those that training had."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TabularModel:
    """Preparation and model.

    Attributes:
        schema: The columns that it was fitted on.
        medians: In place of missing numbers, by column of numbers.
        indicated: Columns of numbers, by place, that have a further column for what was missing.
        means: Of numbers and indicators; taken away.
        scales: Of the same; divided by.
        categories: Columns of words.
        weights: Of all prepared columns.
        source: What was kept beside it: data, rules, dates.
        features: sha256 of the pipeline that made the columns; empty where none did.
    """

    schema: tuple[ColumnSchema, ...]
    medians: np.ndarray
    indicated: np.ndarray
    means: np.ndarray
    scales: np.ndarray
    categories: tuple[Category, ...]
    weights: np.ndarray
    offset: float
    source: dict[str, Any] = field(default_factory=dict)
    features: str = ""

    def prepare(self, frame: pd.DataFrame, units: Mapping[str, str], *, features: str = "") -> np.ndarray:
        """The matrix that the model sees.

        Args:
            frame: A row a case.
            units: Of the columns, UCUM.
            features: sha256 of the pipeline that made the columns.

        Raises:
            SchemaError: Where columns or units are not those of training, or another pipeline made them.
        """
        if self.features and features != self.features:
            made = f"the features {features[:12]}" if features else "unknown features"
            message = (
                f"the columns were made by {made}, the model was fitted on those of {self.features[:12]}"
            )
            raise SchemaError(message)
        check(self.schema, frame, units)
        names = [one.name for one in self.schema if one.kind == "number"]
        numbers = frame[names].to_numpy(dtype=float, na_value=np.nan)
        missing = np.isnan(numbers)
        filled = np.where(missing, self.medians, numbers)
        both = np.hstack([filled, missing[:, self.indicated].astype(float)])
        parts = [(both - self.means) / self.scales]
        for one in self.categories:
            words = np.array([word(value) for value in frame[one.name]], dtype=object)
            parts.append((words[:, None] == np.array(one.words, dtype=object)[None, :]).astype(float))
        return np.hstack(parts)

    def predict(self, frame: pd.DataFrame, units: Mapping[str, str], *, features: str = "") -> np.ndarray:
        """Probability of 1 for every row; see `prepare`.

        Raises:
            SchemaError: Where columns or units are not those of training, or another pipeline made them.
        """
        score = self.prepare(frame, units, features=features) @ self.weights + self.offset
        probability: np.ndarray = 0.5 * (1.0 + np.tanh(0.5 * score))
        return probability

    def save(self, folder: Path, *, pipeline: Path | None = None) -> None:
        """Write two files: JSON, and safetensors for the numbers.

        Args:
            folder: Made if need be.
            pipeline: Folder of the pipeline that made the columns: is copied beside the model, so that the
                same is done to new data.

        Raises:
            OSError: Where they cannot be written.
            ValueError: Where the pipeline is not the one that the model was fitted on.
        """
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        if pipeline is not None:
            self._keep(pipeline, folder / FEATURES)
        text = {
            "version": VERSION,
            "schema": [asdict(one) for one in self.schema],
            "categories": [asdict(one) for one in self.categories],
            "offset": self.offset,
            "source": self.source,
            "features": self.features,
        }
        save_file({name: np.ascontiguousarray(getattr(self, name)) for name in _ARRAYS}, folder / NUMBERS)
        (folder / WORDS).write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def _keep(self, pipeline: Path, folder: Path) -> None:
        said = json.loads((pipeline / "features.json").read_text(encoding="utf-8")).get("sha256")
        if said != self.features:
            message = "the pipeline is not the one that the model was fitted on"
            raise ValueError(message)
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(pipeline, folder)


def load(folder: Path) -> TabularModel:
    """Read a model; nothing that its files say is run.

    Raises:
        OSError: Where a file is missing.
        ValueError: Where the files are not of a model of this version, or do not fit each other.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if (folder / WORDS).stat().st_size > _MOST_BYTES or (folder / NUMBERS).stat().st_size > _MOST_BYTES:
        message = "the files are too large for a model of a table"
        raise ValueError(message)
    try:
        text = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        if text["version"] != VERSION:
            message = f"the model is not of version {VERSION}"
            raise ValueError(message)
        arrays = load_file(folder / NUMBERS)
        model = TabularModel(
            schema=tuple(ColumnSchema(**one) for one in text["schema"]),
            categories=tuple(Category(one["name"], tuple(one["words"])) for one in text["categories"]),
            offset=float(text["offset"]),
            source=dict(text["source"]),
            features=str(text.get("features", "")),
            **{name: arrays[name] for name in _ARRAYS},
        )
    except (KeyError, TypeError, SafetensorError) as error:
        message = "these are not the files of a model of a table"
        raise ValueError(message) from error
    _fit_together(model)
    return model


def _fit_together(model: TabularModel) -> None:
    numbers = sum(one.kind == "number" for one in model.schema)
    words = {one.name for one in model.schema if one.kind == "category"}
    both = numbers + model.indicated.size
    sizes = {
        "medians": numbers,
        "indicated": model.indicated.size,
        "means": both,
        "scales": both,
        "weights": both + sum(len(one.words) for one in model.categories),
    }
    wrong = [name for name, size in sizes.items() if getattr(model, name).shape != (size,)]
    places = model.indicated
    if places.size and (places.dtype.kind != "i" or places.min() < 0 or places.max() >= numbers):
        wrong.append("indicated")
    if {one.name for one in model.categories} != words:
        wrong.append("categories")
    if wrong:
        message = f"parts of the model do not fit each other: {', '.join(sorted(set(wrong)))}"
        raise ValueError(message)


def word(value: object) -> str:
    """A cell of a column of words as text; a word of its own where it says nothing."""
    return UNKNOWN if value is None or value != value else str(value)  # noqa: PLR0124  NaN is not itself

"""Rules applied to a frame of numbers, fitted on training data and never fitted again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from medapp.knowledge.quality.findings import Rule
from medapp.knowledge.quality.limits import bounds_in, limit_of
from medapp.knowledge.quality.outliers import Bounds, bounds_of
from medapp.knowledge.quality.viewing import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

    from medapp.knowledge.quality.findings import Action, Kind

VERSION: Final = 1
_RIDGE: Final = 1.0
_JUDGED: Final[tuple[Kind, ...]] = ("impossible", "outlier")
_FILLING: Final = frozenset({"median", "locf", "model"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """What training data said of one column.

    Attributes:
        median: None where training data had no value: then nothing is filled.
        bounds: Beyond which a value is an outlier.
        has_missing: Whether values were missing: then there is a column that says so, where asked for.
        model: Weights of the other columns, for those that are filled by a model.
    """

    name: str
    unit: str
    median: float | None
    bounds: tuple[float, float] | None
    has_missing: bool
    offset: float = 0.0
    model: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class FittedRules:
    """Rules with the numbers that they need."""

    rules: tuple[Rule, ...]
    columns: tuple[Fitted, ...]

    def apply(
        self, frame: pd.DataFrame, *, subjects: Sequence[str] | None = None
    ) -> tuple[pd.DataFrame, tuple[Change, ...]]:
        """A new frame, and what was changed.

        Args:
            frame: With the columns that the rules were fitted on, others are passed on as they are.
            subjects: Whose each row is, rows in order of time: for values that are carried forward.

        Raises:
            ValueError: Where a column is missing, or values are to be carried forward without `subjects`.
        """
        lacking = [one.name for one in self.columns if one.name not in frame.columns]
        if lacking:
            message = f"the frame lacks the columns {', '.join(lacking)}"
            raise ValueError(message)
        return _Application(self, frame, subjects).made()

    def action(self, kind: Kind, name: str) -> Action:
        """What is done about a kind in a column: the last rule that fits."""
        fitting = [rule for rule in self.rules if rule.kind == kind and rule.variable in {"", name}]
        return fitting[-1].action if fitting else "keep"

    def to_json(self) -> str:
        """To be kept beside the model that used it."""
        return json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> FittedRules:
        """Back from JSON.

        Raises:
            ValueError: Where it is none of these, or of another version.
        """
        try:
            found = json.loads(text)
            if found.get("version") != VERSION:
                message = f"the rules are not of version {VERSION}"
                raise ValueError(message)
            columns = tuple(_column(one) for one in found["columns"])
            return cls(tuple(Rule(**one) for one in found["rules"]), columns)
        except (TypeError, KeyError, AttributeError) as error:
            message = "these are no rules of quality"
            raise ValueError(message) from error


def fit_rules(frame: pd.DataFrame, rules: Sequence[Rule], units: Mapping[str, str]) -> FittedRules:
    """Take from training data what the rules need.

    Args:
        frame: Training data alone, a row a patient or a moment; only columns of numbers are looked at.
        rules: The last that fits is applied.
        units: Of the columns, UCUM; empty where it is not known.
    """
    import numpy as np
    import pandas as pd

    columns = []
    plan = FittedRules(tuple(rules), ())
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            continue
        values = frame[name].to_numpy(dtype=float, na_value=np.nan)
        unit = units.get(name, "")
        good = values[np.isfinite(values) & ~_impossible(name, unit, values)]
        bounds = bounds_of(good.tolist()) if plan.action("outlier", name) != "keep" else None
        if bounds is not None:
            kept = good[(good >= bounds.low) & (good <= bounds.high)]
            good = good if plan.action("outlier", name) == "indicator" else kept
        middle = float(np.median(good)) if good.size else None
        limits = (bounds.low, bounds.high) if bounds else None
        columns.append(Fitted(name, unit, middle, limits, bool(np.isnan(values).any())))
    fitted = FittedRules(tuple(rules), tuple(columns))
    return _with_models(fitted, frame)


def _with_models(fitted: FittedRules, frame: pd.DataFrame) -> FittedRules:
    """Ridge regressions for the columns that a model fills, on the others with their medians filled in."""
    import numpy as np

    kinds: tuple[Kind, ...] = ("missing", "outlier", "impossible")
    if not any(rule.action == "model" for rule in fitted.rules):
        return fitted
    matrix, filled = _filled(fitted, frame)
    columns = []
    for place, one in enumerate(fitted.columns):
        seen = np.isfinite(matrix[:, place])
        if not any(fitted.action(kind, one.name) == "model" for kind in kinds) or not seen.any():
            columns.append(one)
            continue
        others = filled[seen].copy()
        others[:, place] = 0.0
        target = matrix[seen, place]
        scale = others.std(axis=0)
        scale[scale == 0] = 1.0
        mean = others.mean(axis=0)
        standard = (others - mean) / scale
        gram = standard.T @ standard + _RIDGE * np.eye(standard.shape[1])
        weights = np.linalg.solve(gram, standard.T @ (target - target.mean())) / scale
        offset = float(target.mean() - mean @ weights)
        values = (one.name, one.unit, one.median, one.bounds, one.has_missing)
        columns.append(Fitted(*values, offset, tuple(map(float, weights))))
    return FittedRules(fitted.rules, tuple(columns))


def _filled(fitted: FittedRules, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The numbers without impossible ones and outliers that are not kept, and with medians in their place."""
    import numpy as np

    matrix = frame[[one.name for one in fitted.columns]].to_numpy(dtype=float, na_value=np.nan).copy()
    for place, one in enumerate(fitted.columns):
        for kind in _JUDGED:
            if fitted.action(kind, one.name) not in {"keep", "indicator"}:
                matrix[_bad(kind, one, matrix[:, place]), place] = np.nan
    medians = np.array([one.median or 0.0 for one in fitted.columns])
    return matrix, np.where(np.isfinite(matrix), matrix, medians)


class _Application:
    """Rules while they are applied to one frame."""

    def __init__(self, fitted: FittedRules, frame: pd.DataFrame, subjects: Sequence[str] | None) -> None:
        self._fitted = fitted
        self._before = frame
        self._frame = frame
        self._subjects = subjects
        self._extra: dict[str, np.ndarray] = {}
        self._counts: dict[tuple[Kind, Action, str], list[int]] = {}
        self._rows: np.ndarray | None = None
        self._filled: np.ndarray | None = None

    def made(self) -> tuple[pd.DataFrame, tuple[Change, ...]]:
        import numpy as np
        import pandas as pd

        self._rows = np.ones(len(self._before), dtype=bool)
        new = {name: self._before[name] for name in self._before.columns}
        for place, one in enumerate(self._fitted.columns):
            values = self._before[one.name].to_numpy(dtype=float, na_value=np.nan)
            missing = np.isnan(values)
            for kind in _JUDGED:
                values = self._handled(kind, place, values, _bad(kind, one, values))
            new[one.name] = self._handled("missing", place, values, missing)
        self._frame = pd.DataFrame({**new, **self._extra}, index=self._before.index)
        self._duplicates()
        log = tuple(Change(*key, *count) for key, count in self._counts.items())
        return self._frame[self._rows], log

    def _handled(self, kind: Kind, place: int, values: np.ndarray, bad: np.ndarray) -> np.ndarray:
        import numpy as np

        one = self._fitted.columns[place]
        action = self._fitted.action(kind, one.name)
        count = self._counts.setdefault((kind, action, ""), [0, 0])
        count[0] += int(bad.sum())
        if action == "indicator":
            if kind != "missing" or one.has_missing:
                self._extra[f"{one.name}__{kind}"] = bad.astype(float)
        elif action in _FILLING:
            values = np.where(bad, self._filling(action, place, np.where(bad, np.nan, values)), values)
            count[1] += int((bad & ~np.isnan(values)).sum())
        elif action == "drop":
            count[1] += int(bad.sum())
            if kind == "missing":
                self._rows &= ~bad
            values = np.where(bad, np.nan, values)
        return values

    def _filling(self, action: Action, place: int, values: np.ndarray) -> np.ndarray:
        import numpy as np
        import pandas as pd

        one = self._fitted.columns[place]
        if action == "locf":
            if self._subjects is None:
                message = "to carry values forward it has to be said whose each row is"
                raise ValueError(message)
            carried: np.ndarray = pd.Series(values).groupby(list(self._subjects)).ffill().to_numpy()
            return carried
        if action == "model" and one.model:
            if self._filled is None:
                self._filled = _filled(self._fitted, self._before)[1]
            others = self._filled.copy()
            others[:, place] = 0.0
            predicted: np.ndarray = others @ np.array(one.model) + one.offset
            return predicted
        return np.full(len(values), np.nan if one.median is None else one.median)

    def _duplicates(self) -> None:
        action = self._fitted.action("duplicate", "")
        if action == "keep" or self._rows is None:
            return
        same = self._before.reset_index().duplicated().to_numpy()
        self._counts["duplicate", action, ""] = [int(same.sum()), int(same.sum()) if action == "drop" else 0]
        if action == "drop":
            self._rows &= ~same
        else:
            self._frame["__duplicate"] = same.astype(float)


def _bad(kind: str, one: Fitted, values: np.ndarray) -> np.ndarray:
    import numpy as np

    if kind == "impossible":
        return _impossible(one.name, one.unit, values)
    if one.bounds is None:
        return np.zeros(len(values), dtype=bool)
    bounds = Bounds(*one.bounds)
    far: np.ndarray = np.isfinite(values) & ((values < bounds.low) | (values > bounds.high))
    return far


def _impossible(name: str, unit: str, values: np.ndarray) -> np.ndarray:
    import numpy as np

    limit = limit_of("", "", name)
    bounds = bounds_in(limit, unit) if limit else None
    if bounds is None:
        return np.zeros(len(values), dtype=bool)
    beyond: np.ndarray = np.isfinite(values) & ((values < bounds[0]) | (values > bounds[1]))
    return beyond


def _column(found: dict[str, Any]) -> Fitted:
    bounds = found.pop("bounds")
    model = tuple(map(float, found.pop("model")))
    return Fitted(**found, bounds=tuple(bounds) if bounds else None, model=model)

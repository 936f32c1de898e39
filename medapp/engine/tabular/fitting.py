"""A scikit-learn pipeline for tables: impute, indicate, standardise, encode, logistic regression."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from medapp.engine.tabular.applying import Category, TabularModel, word
from medapp.engine.tabular.schema import schema_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from medapp.engine.tabular.schema import ColumnSchema


def pipeline(numbers: list[str], categories: list[str], *, strength: float = 0.01) -> Pipeline:
    """The pipeline, not fitted.

    Args:
        numbers: Imputed with the median, standardised, with a column that says what was missing.
        categories: One column a word; words that training did not have are no column.
        strength: Inverse of the L2 penalty (``C``).
    """
    numeric = Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)),
            ("scale", StandardScaler()),
        ]
    )
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=float)
    return Pipeline(
        [
            (
                "prepare",
                ColumnTransformer([("numbers", numeric, numbers), ("categories", encode, categories)]),
            ),
            ("model", LogisticRegression(C=strength, max_iter=5000, tol=1e-6)),
        ]
    )


def fit(
    frame: pd.DataFrame,
    labels: np.ndarray,
    units: Mapping[str, str],
    *,
    strength: float = 0.01,
    source: Mapping[str, Any] | None = None,
    features: str = "",
) -> TabularModel:
    """Fit on training data and keep what was learned as plain numbers.

    Args:
        frame: A row a case, numbers and words.
        labels: 0 and 1.
        units: Of the columns, UCUM.
        strength: Inverse of the L2 penalty.
        source: What to keep beside: data, rules, dates.
        features: sha256 of the pipeline that made the columns; then only what the same has made is taken.

    Raises:
        ValueError: Where the labels are not of two kinds.
    """
    found = np.unique(labels)
    if found.tolist() != [0, 1]:
        message = "there are no cases of both kinds, labelled 0 and 1"
        raise ValueError(message)
    schema = schema_of(frame, units)
    numbers = [one.name for one in schema if one.kind == "number"]
    categories = [one.name for one in schema if one.kind == "category"]
    made = pipeline(numbers, categories, strength=strength).fit(as_plain(frame, numbers, categories), labels)
    return replace(_plain(made, schema, numbers, categories, dict(source or {})), features=features)


def as_plain(frame: pd.DataFrame, numbers: list[str], categories: list[str]) -> pd.DataFrame:
    """Numbers as floats, words as text with a word for nothing."""
    import pandas as pd

    parts = {name: frame[name].to_numpy(dtype=float, na_value=np.nan) for name in numbers}
    words = {name: np.array([word(one) for one in frame[name]], dtype=object) for name in categories}
    return pd.DataFrame({**parts, **words}, index=frame.index)


def _plain(
    made: Pipeline,
    schema: tuple[ColumnSchema, ...],
    numbers: list[str],
    categories: list[str],
    source: dict[str, Any],
) -> TabularModel:
    prepare = made.named_steps["prepare"]
    model = made.named_steps["model"]
    empty = np.zeros(0)
    medians = means = scales = empty
    indicated = np.zeros(0, dtype=np.int64)
    if numbers:
        numeric = prepare.named_transformers_["numbers"]
        medians = numeric.named_steps["impute"].statistics_
        indicated = np.asarray(numeric.named_steps["impute"].indicator_.features_, dtype=np.int64)
        means, scales = numeric.named_steps["scale"].mean_, numeric.named_steps["scale"].scale_
    words = prepare.named_transformers_["categories"].categories_ if categories else []
    return TabularModel(
        schema=schema,
        medians=np.asarray(medians, dtype=float),
        indicated=indicated,
        means=np.asarray(means, dtype=float),
        scales=np.asarray(scales, dtype=float),
        categories=tuple(
            Category(name, tuple(map(str, found))) for name, found in zip(categories, words, strict=True)
        ),
        weights=np.asarray(model.coef_[0], dtype=float),
        offset=float(model.intercept_[0]),
        source=source,
    )

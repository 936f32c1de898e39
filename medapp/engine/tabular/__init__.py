"""Models of tables, with the preparation that they were fitted with."""

from __future__ import annotations

from medapp.engine.evaluation.bootstrap import Interval
from medapp.engine.tabular.applying import TabularModel, load
from medapp.engine.tabular.choosing import choose_strength
from medapp.engine.tabular.evaluating import Evaluation, cross_validate, leak_test
from medapp.engine.tabular.fitting import fit
from medapp.engine.tabular.schema import ColumnSchema, SchemaError

__all__ = [
    "ColumnSchema",
    "Evaluation",
    "Interval",
    "SchemaError",
    "TabularModel",
    "choose_strength",
    "cross_validate",
    "fit",
    "leak_test",
    "load",
]

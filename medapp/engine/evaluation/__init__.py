"""How good a model is on held-back cases, and how sure that is."""

from __future__ import annotations

from medapp.engine.evaluation.binary import (
    auprc,
    auroc,
    best_threshold,
    binary_figures,
    brier,
    calibration_points,
    decision_curve,
    ece,
)
from medapp.engine.evaluation.bootstrap import Difference, Interval, interval, paired_bootstrap
from medapp.engine.evaluation.concordance import c_index
from medapp.engine.evaluation.delong import delong, delong_interval
from medapp.engine.evaluation.ranking import ranking_figures
from medapp.engine.evaluation.report import compare, report
from medapp.engine.evaluation.survival import kaplan_meier, survival_calibration, survival_figures

__all__ = [
    "Difference",
    "Interval",
    "auprc",
    "auroc",
    "best_threshold",
    "binary_figures",
    "brier",
    "c_index",
    "calibration_points",
    "compare",
    "decision_curve",
    "delong",
    "delong_interval",
    "ece",
    "interval",
    "kaplan_meier",
    "paired_bootstrap",
    "ranking_figures",
    "report",
    "survival_calibration",
    "survival_figures",
]

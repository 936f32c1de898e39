"""What is wrong with data, shown before anything is learned from it, and rules for what to do about it."""

from __future__ import annotations

from medapp.knowledge.quality.audit import Audit, examine
from medapp.knowledge.quality.findings import (
    ALLOWED,
    KINDS,
    Action,
    Finding,
    Kind,
    QualityReport,
    Rule,
    VariableQuality,
)
from medapp.knowledge.quality.frames import FittedRules, fit_rules
from medapp.knowledge.quality.viewing import Change, View, clean

__all__ = [
    "ALLOWED",
    "KINDS",
    "Action",
    "Audit",
    "Change",
    "Finding",
    "FittedRules",
    "Kind",
    "QualityReport",
    "Rule",
    "VariableQuality",
    "View",
    "clean",
    "examine",
    "fit_rules",
]

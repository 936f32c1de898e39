"""What is wrong with data, shown before anything is learned from it, and rules for what to do about it."""

from __future__ import annotations

from medapp.knowledge.quality.audit import Audit, examine
from medapp.knowledge.quality.cases import Case, Cases, Place
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
from medapp.knowledge.quality.fitting import RecordRules, fit_records
from medapp.knowledge.quality.frames import FittedRules, fit_rules
from medapp.knowledge.quality.known import Known
from medapp.knowledge.quality.proposing import usual
from medapp.knowledge.quality.rules import for_records, rule_for, together, with_rule
from medapp.knowledge.quality.rules_file import RulesError, read_rules
from medapp.knowledge.quality.viewing import Change, View, clean

__all__ = [
    "ALLOWED",
    "KINDS",
    "Action",
    "Audit",
    "Case",
    "Cases",
    "Change",
    "Finding",
    "FittedRules",
    "Kind",
    "Known",
    "Place",
    "QualityReport",
    "RecordRules",
    "Rule",
    "RulesError",
    "VariableQuality",
    "View",
    "clean",
    "examine",
    "fit_records",
    "fit_rules",
    "for_records",
    "read_rules",
    "rule_for",
    "together",
    "usual",
    "with_rule",
]

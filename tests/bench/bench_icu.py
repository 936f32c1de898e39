"""Death in hospital after intensive care (PhysioNet Challenge 2012, set A), by logistic regression.

Table -> mapping -> rules of quality -> features -> pipeline; all that is fitted or chosen is so inside the
folds; the strength of the penalty by folds inside of them.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.tabular import choose_strength, cross_validate, fit, leak_test
from medapp.formats.tables import propose, read
from medapp.knowledge.features import fit_plan, gather, units_of
from medapp.knowledge.quality import Rule, fit_rules
from tests.bench.harness import ROOT, Row, at_least, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from medapp.domain.record import Item

LABEL = "In-hospital_death"
SCORES = frozenset({"SAPS-I", "SOFA"})
KEPT = (Rule("impossible", "drop"), Rule("outlier", "keep"), Rule("missing", "keep"))
"""What is missing is filled and indicated by the pipeline."""
INDICATED = (Rule("impossible", "drop"), Rule("outlier", "indicator"), Rule("missing", "keep"))


def table() -> Path:
    """Where the stays are."""
    named = os.environ.get("MEDAPP_SHARED")
    shared = Path(named) if named else ROOT.parent / "shared" / "data"
    return shared / "ehr" / "physionet2012_icu" / "PhysionetChallenge2012-set-a.csv.gz"


def items(path: Path) -> list[Item]:
    """Everything in the table, the one question of the mapping answered as the challenge does: 1 is male."""
    mapping = propose(path).with_column("Gender", words=(("0.0", "female"), ("1.0", "male")))
    assert not mapping.questions, mapping.questions
    return list(read(path, mapping, path.name))


class Learning:
    """Rules, features and pipeline, fitted on the rows it is given."""

    def __init__(
        self, found: list[Item], *, with_scores: bool = True, rules: tuple[Rule, ...] = KEPT
    ) -> None:
        from medapp.domain.record import Entry, Observation, Person, Quantity

        self.labels = {
            item.subject: item.content.value.value
            for item in found
            if isinstance(item, Entry)
            and isinstance(item.content, Observation)
            and item.content.concept.text == LABEL
            and isinstance(item.content.value, Quantity)
        }
        self.sexes = {item.subject: item.sex for item in found if isinstance(item, Person)}
        self.subjects = list(self.labels)
        self.gathered = gather(found, without=frozenset({"outcome"}))
        self.rules = rules
        self.without = frozenset() if with_scores else SCORES

    def frames(
        self, train: np.ndarray, test: np.ndarray
    ) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
        """Features of both, chosen and cleaned by what the first say."""
        names = np.array(self.subjects)
        plan = fit_plan(self.gathered, names[train].tolist(), least_share=0.01)
        units = units_of(plan.columns)
        rules = None
        made = []
        for rows in (train, test):
            index: dict[str, datetime | None] = dict.fromkeys(names[rows].tolist())
            frame = plan.frame(self.gathered, index).drop(columns=list(self.without), errors="ignore")
            rules = rules or fit_rules(frame, self.rules, units)
            frame, _log = rules.apply(frame)
            frame["sex"] = [self.sexes[name] for name in frame.index]
            made.append(frame)
        return made[0], made[1], {name: units.get(name, "") for name in made[0].columns}

    def __call__(self, train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
        seen, unseen, units = self.frames(train, test)
        strength = choose_strength(seen, labels, units, seen.index.tolist())
        return fit(seen, labels, units, strength=strength).predict(unseen, units)


def rows() -> Iterator[Row]:
    """AUROC with and without the severity scores, with shuffled labels, and the time."""
    path = table()
    if not path.exists():
        print(f"no stays at {path}")
        return
    start = time.perf_counter()
    found = items(path)
    if is_short():
        found = found[: len(found) // 4]
    learning = Learning(found)
    labels = np.array([learning.labels[name] for name in learning.subjects], dtype=int)
    print(
        f"{len(labels)} stays, {labels.sum()} deaths, read in {time.perf_counter() - start:.1f} s", flush=True
    )
    start = time.perf_counter()
    with_scores = cross_validate(learning, labels, learning.subjects)
    seconds = time.perf_counter() - start
    alone = cross_validate(Learning(found, with_scores=False), labels, learning.subjects)
    indicated = cross_validate(Learning(found, rules=INDICATED), labels, learning.subjects)
    shuffled = leak_test(learning, labels, learning.subjects)
    told = {"all columns": with_scores, "no scores": alone, "indicated": indicated, "shuffled": shuffled}
    for name, one in told.items():
        folds = ", ".join(f"{fold:.3f}" for fold in one.fold_aurocs)
        print(f"{name}: AUROC {one.auroc}, AUPRC {one.auprc}, Brier {one.brier}; folds {folds}", flush=True)
    low, high = with_scores.auroc.low, with_scores.auroc.high
    figure = f"AUROC, 5 folds by patient (95 % interval {low:.3f} to {high:.3f})"
    yield at_least(figure, with_scores.auroc.value, 0.84, "")
    yield Row("the same, mean of the folds", float(np.mean(with_scores.fold_aurocs)), "")
    yield at_least("AUROC without SAPS-I and SOFA", alone.auroc.value, 0.84, "")
    yield Row("AUROC with a column for every outlier", indicated.auroc.value, "")
    yield Row("average precision", with_scores.auprc.value, "")
    yield Row("Brier score", with_scores.brier.value, "")
    yield at_most("labels shuffled: AUROC away from 0.5", abs(shuffled.auroc.value - 0.5), 0.04, "")
    yield Row("time of one cross-validation, rules and features in every fold", seconds)


if __name__ == "__main__":
    print(datetime.now(UTC).date())
    emit(rows())

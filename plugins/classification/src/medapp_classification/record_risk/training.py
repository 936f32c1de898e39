"""Training: every learner by nested cross-validation, then of all cases; it goes on where it was."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.api import TaskRefused, TrainResult
from medapp_classification.record_risk.crossing import (
    INNER,
    Crossed,
    Nets,
    Unseen,
    baseline,
    cross,
    cross_blend,
    cross_net,
)
from medapp_classification.record_risk.figures import figures
from medapp_classification.record_risk.lessons import FOLDS, lessons_in, there
from medapp_classification.record_risk.model import (
    WEIGHTS,
    Arrays,
    Json,
    above,
    arrays_of,
    below,
    net_arrays,
    read,
    write,
)
from medapp_classification.record_risk.near import kept_rows, near_of
from medapp_classification.record_risk.questions import BY_KEY, QUESTIONS
from medapp_classification.records.familiar import fit_familiar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from medapp.api import EvaluateRequest, JobContext, TrainRequest
    from medapp_classification.record_risk.lessons import Lesson, Source
    from medapp_classification.record_risk.questions import Question

_NETS = "networks.safetensors"


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train on a folder of tables; go on from what lies in `request.out`.

    Raises:
        TaskRefused: Where the data cannot be learned from, with what would make it run.
    """
    import torch

    torch.set_num_threads(max(1, context.threads))
    context.progress(0.0, "reading the tables")
    lessons = lessons_in(request.data, wanted(request), context.seed)
    course = Course(lessons, request.out, context)
    arrays, facts = course.result()
    weights = request.out / WEIGHTS
    write(arrays, facts, weights)
    context.progress(1.0, "done")
    return TrainResult(weights, metrics_of(facts))


def wanted(request: TrainRequest | EvaluateRequest) -> list[Question]:
    """The questions that are named, else those whose tables are in the folder.

    Raises:
        TaskRefused: Where one is unknown.
    """
    questions = asked(request.parameters)
    named = str(request.parameters.get("question", "")).strip()
    return questions if named else there(request.data, questions)


def asked(parameters: Mapping[str, object]) -> list[Question]:
    """The questions that a user named, by default all.

    Raises:
        TaskRefused: Where one is unknown.
    """
    named = [one.strip() for one in str(parameters.get("question", "")).split(",") if one.strip()]
    unknown = [one for one in named if one not in BY_KEY]
    if unknown:
        message = f"there is no question {unknown[0]!r}: {', '.join(BY_KEY)}"
        raise TaskRefused(message)
    return [one for one in QUESTIONS if not named or one.key in named]


def metrics_of(facts: Json) -> dict[str, float]:
    """The main figures of the default learners, by question."""
    found: dict[str, float] = {}
    for key, one in facts["questions"].items():
        said = one["learners"][one["default"]]
        for name in ("c_index", "auroc", "auprc", "ece", "slope"):
            if name in said and said[name][0] is not None:
                found[f"{key} {name}"] = float(said[name][0])
        if "over_baseline" in said:
            found[f"{key} over age and sex"] = float(said["over_baseline"]["value"])
    return found


class Course:
    """One training: what is done of it lies in a folder, question by question."""

    def __init__(self, lessons: Sequence[Lesson], out: Path, context: JobContext) -> None:
        """Nothing is trained yet."""
        self.lessons, self.out, self.context = lessons, out, context
        self.done = 0
        self.total = len(lessons) + any("gru" in one.question.learners for one in lessons)
        out.mkdir(parents=True, exist_ok=True)

    def result(self) -> tuple[Arrays, Json]:
        """Arrays and facts of the whole model."""
        arrays: Arrays = {}
        facts: Json = {
            "folds": FOLDS,
            "seed": self.context.seed,
            "questions": {},
            "columns": {},
            "remarks": [],
        }
        nets = self._nets()
        if nets is not None:
            arrays |= net_arrays(nets)
        for lesson in self.lessons:
            own, told = self._question(lesson, nets)
            arrays |= own
            facts["questions"][lesson.question.key] = told
            source = lesson.question.source
            if f"{source}.familiar.whitening" not in arrays:
                arrays |= above(self._familiar(lesson.source), f"{source}.familiar")
                facts["columns"][source] = [one.name for one in lesson.source.columns]
                facts["remarks"] += lesson.source.remarks
        return arrays, facts

    def _tell(self, message: str) -> Callable[[], None]:
        share = self.done / self.total
        self.context.progress(share, message)
        self.context.log.info("%s", message)
        return self.context.check_cancelled

    def _familiar(self, source: Source) -> Arrays:
        folds = [
            (np.flatnonzero(source.part != number), np.flatnonzero(source.part == number))
            for number in range(FOLDS)
        ]
        return fit_familiar(source.cases.values, folds).to_arrays()

    def _question(self, lesson: Lesson, nets: Nets | None) -> tuple[Arrays, Json]:
        key = lesson.question.key
        path, state = self.out / f"question_{key}.safetensors", _state(lesson, self.context.seed)
        if path.is_file():
            arrays, facts = read(path)
            if facts.get("state") == state:
                self.done += 1
                return arrays, dict(facts["told"])
        crossed = self._learners(lesson, nets)
        tell = self._tell(f"{lesson.question.title}: figures")
        base = baseline(lesson, ("age", "male"), tell) if lesson.target.is_survival else None
        told = figures(lesson, {name: one.held for name, one in crossed.items()}, base)
        arrays = {}
        for name, one in crossed.items():
            arrays |= arrays_of(key, name, one)
        arrays[f"{key}.held.digests"] = lesson.source.digests[lesson.rows]
        rows = kept_rows(lesson, self.context.seed)
        effects = crossed[str(told["default"])].final.learner.explain(lesson.cases[rows])
        arrays |= above(near_of(lesson, effects, rows).to_arrays(), f"{key}.near")
        write(arrays, {"state": state, "told": told}, path)
        self.done += 1
        return arrays, told

    def _learners(self, lesson: Lesson, nets: Nets | None) -> dict[str, Crossed]:
        found: dict[str, Crossed] = {}
        unseen: dict[str, list[Unseen]] = {}
        for name in lesson.question.learners:
            tell = self._tell(f"{lesson.question.title}: {name}")
            if name == "blend":
                found[name] = cross_blend(lesson, found, unseen)
            elif name == "gru" and nets is not None:
                found[name], unseen[name] = cross_net(lesson, nets)
            else:
                found[name], unseen[name] = cross(name, lesson, self.context.seed, tell)
        return found

    def _nets(self) -> Nets | None:
        """The networks of all questions of the cohort, five for held-back answers and one of all people."""
        of_cohort = [one for one in self.lessons if "gru" in one.question.learners]
        if not of_cohort:
            return None
        from medapp_classification.records.learners.recurrent import Net

        path = self.out / _NETS
        source = of_cohort[0].source
        state = "".join(_state(one, self.context.seed) for one in of_cohort)
        if path.is_file():
            arrays, facts = read(path)
            if facts.get("state") == state:
                self.done += 1
                nets = [Net.load(below(arrays, f"net.fold{number}")) for number in range(FOLDS)]
                resting = tuple(np.asarray(arrays[f"resting{number}"], np.intp) for number in range(FOLDS))
                return Nets(tuple(nets), Net.load(below(arrays, "net.final")), resting)
        found, resting_rows, curves = [], [], []
        for number in (*range(FOLDS), FOLDS):
            rows = np.flatnonzero(source.part != number)
            net = self._net(of_cohort, rows, number)
            found.append(net)
            resting_rows.append(rows[net.resting])
            curves.append({"network": "all" if number == FOLDS else number, "loss": net.curve})
        nets_of_all = Nets(tuple(found[:FOLDS]), found[FOLDS], tuple(resting_rows[:FOLDS]))
        kept = {f"resting{number}": one for number, one in enumerate(nets_of_all.resting)}
        write(net_arrays(nets_of_all) | kept, {"state": state}, path)
        (self.out / "curves.json").write_text(json.dumps(curves, indent=1) + "\n", encoding="utf-8")
        self.done += 1
        return nets_of_all

    def _net(self, lessons: Sequence[Lesson], rows: Any, number: int) -> Any:  # noqa: ANN401 - torch is late
        from medapp_classification.records.learners.recurrent import fit_net

        tell = self._tell(f"recurrent network {number + 1} of {FOLDS + 1}")
        source = lessons[0].source
        place = np.full(len(source.part), -1)
        place[rows] = np.arange(len(rows))
        targets = {}
        for one in lessons:
            inside = np.flatnonzero(place[one.rows] >= 0)
            targets[one.question.key] = (place[one.rows[inside]], one.target[inside])
        return fit_net(source.cases[rows], targets, self.context.seed + number, tell)


def _state(lesson: Lesson, seed: int) -> str:
    """What a part of a training stands on; where it changed, the part is made anew."""
    parts = (lesson.source.digests[lesson.rows], lesson.part, lesson.target.labels, lesson.target.times)
    text = b"".join(np.ascontiguousarray(one).tobytes() for one in parts)
    words = f"{seed} {INNER} {lesson.question.learners} {[one.name for one in lesson.source.columns]}"
    return hashlib.sha256(text + words.encode()).hexdigest()

"""Measurements in order of time, padded to one length: values, mask, times and time since the last value.

The three arrays are the input of recurrent models for missing values (GRU-D; Che et al., Sci Rep 2018):
values are 0 where the mask is 0, delta is the time in hours since the variable was last seen, 0 in the first
step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.knowledge.features.columns import Column
from medapp.knowledge.features.plan import in_unit, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import numpy as np

    from medapp.knowledge.features.gathering import Gathered
    from medapp.knowledge.features.plan import FeaturePlan

_HOUR: Final = 3600.0
_Steps = dict["datetime", dict[int, float]]


@dataclass(frozen=True, slots=True)
class Sequences:
    """Padded at the end.

    Attributes:
        subjects: Patients, the first axis.
        values: Patients by steps by variables.
        mask: The same shape, 1 where there is a value.
        delta: The same shape, in hours.
        times: Patients by steps, hours from the step to the index time; 0 beyond a patient's last step.
        lengths: Steps of each patient.
        columns: Variables, the last axis.
    """

    subjects: tuple[str, ...]
    values: np.ndarray
    mask: np.ndarray
    delta: np.ndarray
    times: np.ndarray
    lengths: np.ndarray
    columns: tuple[Column, ...]


def sequences(
    plan: FeaturePlan, gathered: Gathered, index: Mapping[str, datetime | None], *, most_steps: int = 512
) -> Sequences:
    """Every moment with a value before the index time, the last `most_steps` of them.

    Args:
        plan: Its timed variables are taken, in its units.
        gathered: Of the patients in `index`, at least.
        index: Nothing after it is looked at.
        most_steps: Of one patient.
    """
    import numpy as np

    timed = [one for one in plan.variables if one.is_timed]
    all_steps = []
    for subject, at in index.items():
        steps: _Steps = {}
        for place, one in enumerate(timed):
            for when, number in in_unit(gathered.values.get(subject, {}).get(one.key, ()), one):
                if when is not None and at is not None and when <= at:
                    steps.setdefault(when, {})[place] = number
        all_steps.append(sorted(steps.items())[-most_steps:])
    lengths = np.array([len(steps) for steps in all_steps], dtype=np.int64)
    shape = (len(all_steps), int(lengths.max(initial=0)), len(timed))
    values, mask, delta = (np.zeros(shape, dtype=np.float32) for _ in range(3))
    times = np.zeros(shape[:2], dtype=np.float64)
    for row, (moments, at) in enumerate(zip(all_steps, index.values(), strict=True)):
        for step, (when, seen) in enumerate(moments):
            times[row, step] = (at - when).total_seconds() / _HOUR if at is not None else 0.0
            if step:
                hours = (when - moments[step - 1][0]).total_seconds() / _HOUR
                delta[row, step] = hours + np.where(mask[row, step - 1] > 0, 0.0, delta[row, step - 1])
            for place, number in seen.items():
                values[row, step, place], mask[row, step, place] = number, 1.0
    return Sequences(tuple(index), values, mask, delta, times, lengths, sequence_columns(plan))


def sequence_columns(plan: FeaturePlan) -> tuple[Column, ...]:
    """The variables of sequences, in the order of their last axis."""
    labels = plan.labels()
    return tuple(
        Column(labels[one.key], one.title, one.unit, source_of(one.key), "value")
        for one in plan.variables
        if one.is_timed
    )

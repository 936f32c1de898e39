"""What a model says of a patient: findings with their probability, their reasons and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medapp.domain.record.time import When
    from medapp.domain.segmentation import Code

FindingKind = Literal["class", "risk", "disease", "measurement", "cluster"]
Modality = Literal["images", "record", "genome"]
Answer = Literal["present", "absent"]
_CHANCE: Final = 0.5
_INTERVAL: Final = 3


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """An item of the record or the genome that moved the answer, or that matched.

    Attributes:
        title: What it is: ``Creatinine, highest of 48 h``.
        value: As a reader reads it, with its unit; ``not measured`` where it is missing.
        effect: How far it moved the answer, up where positive; None where it only matched.
        effect_unit: What `effect` counts: ``log-odds``, ``log-hazard``, ``information (bits)``.
        entries: `Entry.id` of where it came from; empty where it is no single entry.
        code: ``SYSTEM|CODE``; empty where there is none.
        matched: What it matched in the disease or the case.
    """

    title: str
    value: str = ""
    effect: float | None = None
    effect_unit: str = "log-odds"
    entries: tuple[str, ...] = ()
    when: When | None = None
    code: str = ""
    matched: str = ""


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A training case that is near; it carries nothing that names a person.

    Attributes:
        distance: In the model's own space, smaller is nearer.
        outcome: What came of it, in words.
    """

    name: str
    distance: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What would change the answer: one change that is possible, with the answer that it would give."""

    change: str
    now: str
    instead: str
    probability: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement. None and empty mean not known or not made, never zero.

    Attributes:
        key: Stable in the task: the same for every patient (``Effusion``, ``OMIM:154700``).
        code: What it says, coded.
        probability: From 0 to 1, calibrated as the model's card states.
        low, high: 95 % interval of `probability`, or of `value`, or what `bounds` says.
        bounds: What they are, where they are no confidence interval: ``border moved by 0.5 mm``.
        answers: Conformal prediction set of a yes-or-no question; two answers mean that it cannot tell.
        in_set: For ranked findings: whether it belongs to the prediction set.
        threshold: From which probability it counts as found; None where the task has no such point.
        value, unit: Of a measurement.
        percentile: In the population that `reference` names; None where none is loaded.
        auroc: On held-back cases, with the two ends of its 95 % interval; empty where it is not known.
        c_index: Concordance on held-back cases, with the two ends of its 95 % interval; empty as `auroc`.
        gain: By how much that figure of held-back cases is above the one of `baseline`, with its interval.
        baseline: What a model was held against, in words: ``age and sex``; empty where it was not.
        horizon_days: Within how long, for a risk.
        as_of: Day from which that counts, ISO 8601; empty where it is not known.
        group: Heading under which it stands.
        items, cases, changes: Its reasons.
        heat_map: Key of a heat map of the result.
        remark: A sentence for the reader.
    """

    key: str
    title: str
    kind: FindingKind = "class"
    code: Code | None = None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    answers: tuple[Answer, ...] = ()
    in_set: bool | None = None
    threshold: float | None = None
    value: float | None = None
    unit: str = ""
    percentile: float | None = None
    reference: str = ""
    auroc: tuple[float, ...] = ()
    c_index: tuple[float, ...] = ()
    gain: tuple[float, ...] = ()
    baseline: str = ""
    horizon_days: float | None = None
    as_of: str = ""
    group: str = ""
    items: tuple[ItemEvidence, ...] = ()
    cases: tuple[SimilarCase, ...] = ()
    changes: tuple[Counterfactual, ...] = ()
    heat_map: str = ""
    remark: str = ""
    bounds: str = ""

    @property
    def is_chance(self) -> bool:
        """Whether tests on held-back cases leave open that it does no better than chance."""
        return len(self.auroc) == _INTERVAL and not self.auroc[1] > _CHANCE

    @property
    def is_no_gain(self) -> bool:
        """Whether tests on held-back cases leave open that it says no more than its baseline does."""
        return len(self.gain) == _INTERVAL and not self.gain[1] > 0


@dataclass(frozen=True, slots=True)
class Familiarity:
    """How like its training data the input is.

    Attributes:
        score: Larger is stranger.
        limit: From which score the model abstains.
        method: In words.
    """

    score: float
    limit: float
    method: str

    @property
    def is_strange(self) -> bool:
        """Whether the model does not know such inputs."""
        return not self.score <= self.limit


@dataclass(frozen=True, eq=False)
class HeatMap:
    """Where in the image an answer came from.

    Attributes:
        array: float32 (slices, rows, columns) on the grid of the volume, from 0 to 1.
        method: ``Grad-CAM``, ``integrated gradients``.
    """

    key: str
    title: str
    array: NDArray[np.float32]
    method: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One line, cloud or row of bars of a chart.

    Attributes:
        low, high: Bounds of each y; empty where there are none.
        style: ``here`` marks this patient.
        labels: Of each point; empty where there are none. Of bars at 0, 1, 2 ... they are the names that
            stand below the axis.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    style: Literal["line", "points", "bars", "here"] = "line"
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of numbers; titles of axes carry the unit.

    Attributes:
        about: Key of the finding it belongs to; empty for the whole result.
    """

    key: str
    title: str
    x_title: str
    y_title: str
    traces: tuple[Trace, ...]
    about: str = ""

"""What a plugin gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from medapp.domain.finding import Chart, Familiarity, Finding, HeatMap, Modality
    from medapp.domain.notice import Notice
    from medapp.domain.recommendation import Option
    from medapp.domain.segmentation import Label


@dataclass(frozen=True)
class SegmentResult:
    """A label map on exactly the grid of the request's volume.

    Attributes:
        array: uint8 or uint16 (slices, rows, columns), 0 is background.
        labels: The segments; every non-zero value of `array` has one. Labels found empty may stay.
        notices: What the reader should know (doubtful input, a rung of the memory ladder).
        overlaps: Of labels that are an input: values that stand for several labels at once, see
            `medapp.domain.segmentation.Segmentation.overlaps`.
    """

    array: NDArray[np.unsignedinteger]
    labels: tuple[Label, ...]
    notices: tuple[Notice, ...] = ()
    overlaps: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ClassifyResult:
    """Findings, the most important first.

    Attributes:
        findings: Each with its reasons; measurements and ranked diseases among them. Empty where it abstains.
        used: What it went by, of what the request held.
        missing: What it takes and the patient has not.
        abstained: Why no answer is given, as a sentence; empty where one is.
        familiarity: How like its training data the input is; None where the task does not judge that.
        coverage: Share of patients whose prediction set holds the truth, as the card states it; None where
            no sets are made.
        heat_maps: On the grid of the request's volume.
        charts: What is seen better than read.
        explained: Method of explanation by kind of input; what the task has none for is ``none``.
        notices: What the reader should know.
    """

    findings: tuple[Finding, ...]
    used: tuple[Modality, ...]
    missing: tuple[Modality, ...] = ()
    abstained: str = ""
    familiarity: Familiarity | None = None
    coverage: float | None = None
    heat_maps: tuple[HeatMap, ...] = ()
    charts: tuple[Chart, ...] = ()
    explained: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class RecommendResult:
    """Options, the best first; the program runs its own checks on each, and they may veto what is proposed.

    Attributes:
        options: Empty where it abstains.
        abstained: Why nothing is proposed, as a sentence; empty where something is.
        familiarity: How like its training data the patient is.
        charts: What is seen better than read.
        baseline: What a simple model proposes for the same visit, shown beside; None where it is the same.
        notices: What the reader should know.
        day: The day that the options are for, ISO 8601; empty where it is the day that was asked about. The
            program makes its checks for that day too.
    """

    options: tuple[Option, ...]
    abstained: str = ""
    familiarity: Familiarity | None = None
    charts: tuple[Chart, ...] = ()
    baseline: Option | None = None
    notices: tuple[Notice, ...] = ()
    day: str = ""


@dataclass(frozen=True)
class MoleculesResult:
    """What came of a run; the molecules themselves lie in the request's `out`.

    Attributes:
        rows: In the file, refused ones among them.
        refused: Of which nothing is said.
        metrics: Of the whole: ``valid``, ``unique`` ...
        notices: What the reader should know.
    """

    rows: int
    refused: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class InputCheck:
    """Whether a task can run on a request, with the reason where it cannot."""

    ok: bool
    reason: str = ""


@dataclass(frozen=True)
class Estimate:
    """What a run will take: bytes of memory on the device, and seconds."""

    memory_bytes: int
    seconds: float | None = None


@dataclass(frozen=True)
class TrainResult:
    """Where the candidate weights lie and what training saw."""

    weights: Path
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Predictions:
    """What a model said of held-back cases, for one question; rows in any order.

    Attributes:
        key, title: Of the question: the same for every model that answers it.
        kind: ``binary``: `labels` are 0 and 1, `scores` probabilities; ``survival``: `labels` say whether the
            event was seen, `times` until then or until follow-up ended, `scores` grow with risk;
            ``ranking``: `scores` are the rank of the truth, from 1; ``share``: `scores` are a figure of each
            row from 0 to 1, such as how far two sets overlap, and `labels` say nothing.
        cases: Whose each row is, under a name that tells nothing of the person; a patient may have several.
        sets: Whether the prediction set of each row holds the truth; empty where none are made.
        groups: Values of each row by name (``age``, ``sex``, ``site``), for the table of subgroups.
        times: Days.
        horizon_days: For survival: at which time `probabilities` hold.
        probabilities: For survival: of the event by the horizon; empty where the model gives none.
        coverage: That the sets are made for.
        units: What rows are, and what `cases` are, in the plural, as a reader is told: ``people`` of
            ``matched groups``, ``stays`` of ``patients``.
    """

    key: str
    title: str
    kind: Literal["binary", "survival", "ranking", "share"]
    cases: tuple[str, ...]
    labels: tuple[int, ...]
    scores: tuple[float, ...]
    sets: tuple[bool, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: tuple[float, ...] = ()
    horizon_days: float | None = None
    probabilities: tuple[float, ...] = ()
    coverage: float | None = None
    units: tuple[str, str] = ("cases", "patients")


@dataclass(frozen=True)
class EvaluateResult:
    """Figures on held-back data.

    Attributes:
        metrics: Named figures of the task's own.
        rows: A table of the task's own.
        predictions: From these the program makes the report: figures with bootstrap intervals, calibration,
            subgroups, decision curves, and the comparison of two models on the same cases.
        notices: What the reader of the figures should know.
    """

    metrics: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[Mapping[str, object], ...] = ()
    predictions: tuple[Predictions, ...] = ()
    notices: tuple[Notice, ...] = ()

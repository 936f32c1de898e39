"""Ways of learning behind one interface, the simplest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp_classification.records.learners.boosting import Boosting
from medapp_classification.records.learners.cases import Cases, Target
from medapp_classification.records.learners.cox import Cox
from medapp_classification.records.learners.linear import Logistic, Vector

if TYPE_CHECKING:
    from medapp_classification.records.learners.cases import Learner

__all__ = ["BY_NAME", "Boosting", "Cases", "Cox", "Logistic", "Target", "Vector", "learner_named"]

BY_NAME: Final[dict[str, type[Boosting | Cox | Logistic | Vector]]] = {
    "logistic": Logistic,
    "svm": Vector,
    "cox": Cox,
    "boosting": Boosting,
}
"""In order of simplicity; the recurrent network is in `recurrent`, which needs torch; several together are
a `blend.Blend`."""


def learner_named(name: str) -> type[Learner]:
    """The class of a learner.

    Raises:
        KeyError: Where there is none of this name.
    """
    if name == "gru":
        from medapp_classification.records.learners.recurrent import Recurrent

        return Recurrent
    return BY_NAME[name]

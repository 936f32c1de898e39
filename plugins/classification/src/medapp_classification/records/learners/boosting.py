"""Gradient boosting of trees (LightGBM): of log-hazards by the partial likelihood, or of log-odds."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from medapp_classification.records.hazard import RiskSets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Target

_COMMON: Final[dict[str, Any]] = {
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "bagging_freq": 1,
}
_SURVIVAL: Final = {
    "num_leaves": 6,
    "learning_rate": 0.04,
    "min_data_in_leaf": 60,
    "min_sum_hessian_in_leaf": 2.0,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "lambda_l2": 5.0,
}
_BINARY: Final = {
    "objective": "cross_entropy",
    "num_leaves": 16,
    "learning_rate": 0.03,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.2,
    "bagging_fraction": 0.7,
    "lambda_l2": 10.0,
    "extra_trees": True,
}
_ROUNDS: Final = (200, 700)
"""Trees of a time until an event, and of a yes-or-no question."""
_MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Boosting:
    """Trees on the columns as they are; gaps go the way that training found best."""

    booster: Any

    def predict(self, cases: Cases) -> NDArray[np.float64]:
        """Log-hazards or log-odds."""
        return np.asarray(self.booster.predict(cases.values, raw_score=True, num_threads=1), dtype=float)

    def explain(self, cases: Cases) -> NDArray[np.float64]:
        """Shapley values of the trees (Lundberg et al., 2020); further terms are not looked at."""
        each = np.asarray(self.booster.predict(cases.values, pred_contrib=True, num_threads=1), dtype=float)
        return np.hstack([each[:, :-1], np.zeros(cases.terms.shape)])

    def save(self) -> dict[str, NDArray[np.generic]]:
        """LightGBM's own text, packed."""
        text = self.booster.model_to_string().encode()
        return {"trees": np.frombuffer(lzma.compress(text, preset=6), dtype=np.uint8)}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What `save` made."""
        import lightgbm

        unpacked = lzma.LZMADecompressor()
        try:
            text = unpacked.decompress(
                np.asarray(arrays["trees"], np.uint8).tobytes(), max_length=_MOST_BYTES
            )
            return cls(lightgbm.Booster(model_str=text.decode()))
        except (lzma.LZMAError, UnicodeDecodeError, lightgbm.basic.LightGBMError) as error:
            message = "these are no trees that can be read"
            raise ValueError(message) from error

    @classmethod
    def fit(cls, cases: Cases, target: Target, seed: int, check: Callable[[], None]) -> Self:
        """See `medapp_classification.records.learners.cases.Learner.fit`."""
        import lightgbm

        settings: dict[str, Any] = _COMMON | (_SURVIVAL if target.is_survival else _BINARY) | {"seed": seed}
        labels = target.soft if len(target.soft) else target.labels.astype(float)
        if target.is_survival:
            settings["objective"] = _partial(target)

        def told(_: object) -> None:
            check()

        booster = lightgbm.train(
            settings,
            lightgbm.Dataset(cases.values, label=labels, params={"verbose": -1}),
            _ROUNDS[0] if target.is_survival else _ROUNDS[1],
            callbacks=[told],
        )
        # Read back from its text, so that what was just trained and what is loaded later are one.
        return cls(lightgbm.Booster(model_str=booster.model_to_string()))


def _partial(target: Target) -> Callable[[NDArray[np.float64], Any], tuple[Any, Any]]:
    sets = RiskSets.of(target.times, target.labels)

    def slopes(scores: NDArray[np.float64], _: object) -> tuple[Any, Any]:
        return sets.slopes(scores)

    return slopes

"""Boosted trees with random cuts, several of them with other seeds: their mean is what is said."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_SETTINGS: Final = {
    "objective": "cross_entropy",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "min_data_in_leaf": 10,
    "lambda_l2": 5.0,
    "extra_trees": True,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
_NEEDLESS: Final = (
    "tree_sizes=", "split_gain=", "leaf_weight=", "leaf_count=", "internal_value=", "internal_weight=",
    "internal_count=",
)  # fmt: skip
_DIGITS: Final = {"threshold": 9, "leaf_value": 7}


@dataclass(frozen=True)
class Boosted:
    """Fitted trees, as LightGBM writes them."""

    texts: tuple[str, ...]

    @cached_property
    def _trees(self) -> tuple[Any, ...]:
        import lightgbm

        return tuple(lightgbm.Booster(model_str=text) for text in self.texts)

    def said(self, columns: NDArray[np.float32], threads: int = 1) -> NDArray[np.float64]:
        """Of each row: a probability, or where they were fitted to ranks a number that grows with it."""
        if not len(columns):
            return np.zeros(0)
        each = [one.predict(columns, num_threads=threads) for one in self._trees]
        found: NDArray[np.float64] = np.mean(each, axis=0)
        return found

    def packed(self) -> NDArray[np.uint8]:
        """As numbers, for a file of weights."""
        return np.frombuffer(zlib.compress("\0".join(self.texts).encode(), 9), np.uint8).copy()


def unpacked(numbers: NDArray[np.uint8]) -> Boosted:
    """What `Boosted.packed` made numbers of.

    Raises:
        ValueError: Where they are none.
    """
    try:
        return Boosted(tuple(zlib.decompress(numbers.tobytes()).decode().split("\0")))
    except (zlib.error, UnicodeDecodeError) as error:
        message = "the weights hold no trees"
        raise ValueError(message) from error


def fit(
    columns: NDArray[np.float32],
    truth: NDArray[np.float64],
    seeds: Sequence[int],
    *,
    group: Sequence[int] | None = None,
    rounds: int = 300,
    check: Callable[[], None] = lambda: None,
    threads: int = 1,
    **settings: object,
) -> Boosted:
    """Fit one for each seed; `check` is called at every round and may raise to end it.

    Args:
        columns: (rows, columns).
        truth: From 0 to 1 for each row.
        seeds: Of the models.
        group: For ranks: how many rows that follow each other belong together.
        rounds: Trees of each.
        check: For the user to cancel.
        threads: Of the processor.
        settings: Of LightGBM, above the usual ones.
    """
    import lightgbm

    def look(_: object) -> None:
        check()

    texts = []
    for seed in seeds:
        wanted = _SETTINGS | {"seed": int(seed), "num_threads": threads} | settings
        model = lightgbm.train(
            wanted, lightgbm.Dataset(columns, truth, group=group), rounds, callbacks=[look]
        )
        texts.append(shortened(model.model_to_string()))
    return Boosted(tuple(texts))


def shortened(text: str) -> str:
    """Without what only training and readers of the file want to know, and with fewer digits.

    Thresholds lie between values of the training, far from them; leaves are summed up.
    """
    lines = text.split("\nfeature_importances:", 1)[0].splitlines()
    return "\n".join(_line(line) for line in lines if not line.startswith(_NEEDLESS)) + "\n\n"


def _line(line: str) -> str:
    name, mark, rest = line.partition("=")
    if name == "feature_infos":
        # The ranges of the columns in training: asked for, but not looked at.
        return f"{name}={' '.join('none' for _ in rest.split())}"
    digits = _DIGITS.get(name)
    if not mark or digits is None:
        return line
    return f"{name}={' '.join(f'{float(one):.{digits}g}' for one in rest.split())}"

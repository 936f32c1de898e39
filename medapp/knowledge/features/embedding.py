"""Vectors of codes by which codes stand in the same records, fitted on training patients alone.

Positive pointwise mutual information of codes in one record, factorised by singular values; that is what word
vectors amount to (Levy and Goldberg, NeurIPS 2014).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.knowledge.features.columns import Column

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    import numpy as np
    import pandas as pd

    from medapp.domain.record.summary import Key
    from medapp.knowledge.features.gathering import Gathered


@dataclass(frozen=True, slots=True)
class CodeEmbedding:
    """Vectors of the codes of training patients.

    Attributes:
        codes: In the order of the rows.
        vectors: Codes by dimensions.
    """

    codes: tuple[Key, ...]
    vectors: np.ndarray

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of `frame`."""
        count = self.vectors.shape[1]
        source = f"{len(self.codes)} codes of training patients"
        return tuple(
            Column(f"codes__embedding_{n}", f"direction {n} of codes", "1", source, "embedding")
            for n in range(count)
        )

    def frame(self, gathered: Gathered, index: Mapping[str, datetime | None]) -> pd.DataFrame:
        """The mean vector of each patient's codes before the index time; unknown codes add nothing."""
        import numpy as np
        import pandas as pd

        places = {code: place for place, code in enumerate(self.codes)}
        rows = np.zeros((len(index), self.vectors.shape[1]))
        for row, (subject, at) in enumerate(index.items()):
            own = {
                places[key]
                for when, key in gathered.codes.get(subject, ())
                if key in places and (at is None or (when is not None and when <= at))
            }
            if own:
                rows[row] = self.vectors[sorted(own)].mean(axis=0)
        names = [column.name for column in self.columns]
        return pd.DataFrame(rows, index=pd.Index(list(index), name="subject"), columns=names)


def fit_embedding(
    gathered: Gathered,
    training: Collection[str],
    index: Mapping[str, datetime | None] | None = None,
    *,
    dimensions: int = 16,
    most: int = 2000,
) -> CodeEmbedding:
    """Fit vectors.

    Args:
        gathered: Of any number of patients.
        training: Those that may be looked at.
        index: Nothing after a patient's time is looked at; all of it where none is given.
        dimensions: At most; fewer where there are fewer codes.
        most: Codes that are looked at, those that most patients have: time grows with their third power.
    """
    import numpy as np

    records = []
    for subject in training:
        at = index.get(subject) if index else None
        own = gathered.codes.get(subject, ())
        records.append({key for when, key in own if at is None or (when is not None and when <= at)})
    often = Counter(key for keys in records for key in keys)
    codes = sorted(sorted(often, key=lambda key: (-often[key], key))[:most])
    if not codes:
        return CodeEmbedding((), np.zeros((0, 0)))
    places = {code: place for place, code in enumerate(codes)}
    having = np.zeros((len(records), len(codes)))
    for row, keys in enumerate(records):
        having[row, [places[key] for key in keys if key in places]] = 1.0
    together = having.T @ having
    total, each = together.sum(), together.sum(axis=1)
    expected = np.outer(each, each) / total if total else np.ones_like(together)
    ratio = np.divide(together, expected, out=np.ones_like(together), where=(together > 0) & (expected > 0))
    left, strength, _right = np.linalg.svd(np.maximum(np.log(ratio), 0.0))
    kept = min(dimensions, len(codes))
    # The sign of a singular vector is arbitrary: the largest part is made positive, so that runs agree.
    signs = np.sign(left[np.abs(left).argmax(axis=0), np.arange(len(codes))])
    return CodeEmbedding(tuple(codes), (left * signs)[:, :kept] * np.sqrt(strength[:kept]))

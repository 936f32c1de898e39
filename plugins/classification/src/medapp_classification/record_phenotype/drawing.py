"""What draws a patient to one group rather than to the next, value by value.

Integrated gradients (Sundararajan et al., ICML 2017) along the straight way from the middle of the cohort.
What is compared is a quadratic of the components, so that the gradient half way gives them exactly: they add
up to the difference between this patient and the middle of the cohort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_classification.record_phenotype.clusters import Clusters


def of_mixture(clusters: Clusters, row: NDArray[np.float64], group: int) -> NDArray[np.float64]:
    """Log-odds of a group of the mixture against the most probable other, by column of the input, (columns,).

    Args:
        clusters: As they were fitted.
        row: Of the patient, (columns,), NaN where nothing is known.
        group: Which is asked about.
    """
    mixture, prepared = clusters.mixture, clusters.space.prepared(row[None])[0]
    placed = prepared @ clusters.space.axes
    said = mixture.responsibilities(placed[None])[0].copy()
    said[group] = -1.0
    other = int(said.argmax())
    here, there = ((placed / 2 - mixture.means[one]) / mixture.variances[one] for one in (group, other))
    return _by_column(clusters, row, prepared, there - here)


def of_kmeans(clusters: Clusters, row: NDArray[np.float64], group: int) -> NDArray[np.float64]:
    """By how much less the squared distance to a centre is than to the next one, as `of_mixture`."""
    prepared = clusters.space.prepared(row[None])[0]
    far = ((prepared @ clusters.space.axes - clusters.centres) ** 2).sum(axis=1)
    far[group] = np.inf
    other = int(far.argmin())
    return _by_column(clusters, row, prepared, 2 * (clusters.centres[group] - clusters.centres[other]))


def _by_column(
    clusters: Clusters, row: NDArray[np.float64], prepared: NDArray[np.float64], slope: NDArray[np.float64]
) -> NDArray[np.float64]:
    """NaN for what is not measured: what stands in its place is of the cohort, not of the patient."""
    found = np.zeros(len(row))
    found[clusters.space.preparation.kept] = prepared * (clusters.space.axes @ slope)
    return np.where(np.isfinite(row), found, np.nan)

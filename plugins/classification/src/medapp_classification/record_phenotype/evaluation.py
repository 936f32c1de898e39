"""How stable the groups are, on a cohort: of the model's own groups and of groups that are found anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api import EvaluateResult, TaskRefused
from medapp.domain.notice import Notice
from medapp_classification.record_phenotype.clusters import fit_clusters
from medapp_classification.record_phenotype.columns import read_table
from medapp_classification.record_phenotype.model import WEIGHTS
from medapp_classification.record_phenotype.task import model_of
from medapp_classification.record_phenotype.training import metrics_of

if TYPE_CHECKING:
    from medapp.api import EvaluateRequest, JobContext


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Hold a model's groups against groups found on another seed or in other people.

    Raises:
        TaskRefused: Where the data have other columns than the model.
        FileNotFoundError: Where there are no weights.
    """
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    context.progress(0.0, "reading the tables")
    model = model_of(request.weights or context.weights(WEIGHTS))
    table = read_table(request.data)
    if [one.key for one in table.columns] != [one.key for one in model.columns]:
        message = "the table has other columns than the one the groups were found in"
        raise TaskRefused(message)

    def tell(fraction: float, message: str) -> None:
        context.progress(0.1 + 0.8 * fraction, message)

    again, told = fit_clusters(table.values, context.seed + 1, tell)
    own, other = model.clusters, again
    placed, anew = own.space.placed(table.values), other.space.placed(table.values)
    nearest = own.nearest(placed)
    members = own.mixture.responsibilities(placed).argmax(axis=1)
    metrics = {
        **metrics_of(told),
        "kmeans agreement with another seed": float(adjusted_rand_score(nearest, other.nearest(anew))),
        "mixture agreement with another seed": float(
            adjusted_rand_score(members, other.mixture.responsibilities(anew).argmax(axis=1))
        ),
        "kmeans silhouette": float(silhouette_score(placed, nearest, sample_size=3000, random_state=0)),
    }
    rows = [{"way": kind, **one} for kind in ("kmeans", "mixture") for one in told[kind]]
    notices = tuple(Notice("data", remark, "warning") for remark in table.remarks)
    return EvaluateResult(metrics, tuple(rows), (), notices)

"""The search on the tasks of PMO that rdkit alone can score, beside REINVENT and Graph GA as published.

Area under the mean of the best ten against calls, evaluated every 100, 10,000 calls, a mean of seeds.
Published (Gao et al. 2022, the leaderboard of pmo-benchmark.github.io) are means of five seeds. MEDAPP_CALLS
sets the calls, MEDAPP_SEEDS how many seeds, MEDAPP_GOALS names goals with commas. Molecules to start from are
drawn of MOSES where MEDAPP_MOSES names it, as PMO draws them of ZINC, else grown.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.api.requests import MoleculesRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp_molecules import hooks
from medapp_molecules.optimise.figures import area, best_mean
from medapp_molecules.optimise.task import SCORE
from tests.bench import moses
from tests.bench.bench_generation import weights
from tests.bench.harness import Row, at_least, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED: Final[dict[str, tuple[float, float]]] = {
    "albuterol_similarity": (0.882, 0.838),
    "amlodipine_mpo": (0.635, 0.661),
    "celecoxib_rediscovery": (0.713, 0.630),
    "fexofenadine_mpo": (0.784, 0.760),
    "isomers_c7h8n2o2": (0.852, 0.862),
    "isomers_c9h10n2o2pf2cl": (0.642, 0.719),
    "median1": (0.356, 0.294),
    "median2": (0.276, 0.273),
    "mestranol_similarity": (0.618, 0.579),
    "osimertinib_mpo": (0.837, 0.831),
    "perindopril_mpo": (0.537, 0.538),
    "qed": (0.941, 0.940),
    "ranolazine_mpo": (0.760, 0.728),
    "sitagliptin_mpo": (0.021, 0.433),
    "thiothixene_rediscovery": (0.534, 0.479),
    "troglitazone_rediscovery": (0.441, 0.390),
    "zaleplon_mpo": (0.358, 0.346),
}
"""Area of REINVENT and of Graph GA."""
_ALLOWED: Final = 10_000


def rows() -> Iterator[Row]:
    """A row for each goal, and how many are above REINVENT."""
    calls = int(os.environ.get("MEDAPP_CALLS", "300" if is_short() else str(_ALLOWED)))
    seeds = int(os.environ.get("MEDAPP_SEEDS", "1"))
    named = os.environ.get("MEDAPP_GOALS", "qed,isomers_c7h8n2o2" if is_short() else ",".join(PUBLISHED))
    goals = named.split(",")
    above, ours, theirs = 0, 0.0, 0.0
    for goal in goals:
        found = [searched(goal, calls, seed) for seed in range(seeds)]
        mean = sum(one for one, _, _ in found) / seeds
        reinvent, graph_ga = PUBLISHED[goal]
        above += mean > reinvent
        ours, theirs = ours + mean, theirs + reinvent
        # What a search had when it was ended stays at least what it has.
        title = f"{goal}: AUC of the best 10" + (
            "" if calls >= _ALLOWED else f", at least, by {calls:,} calls"
        )
        yield Row(title, mean, "", reinvent, f"REINVENT (Graph GA {graph_ga})")
        yield Row(f"{goal}: mean of the best 10", sum(best for _, best, _ in found) / seeds, "")
        yield Row(f"{goal}: seconds of a search", sum(took for _, _, took in found) / seeds)
    title = f"of {len(goals)} goals above REINVENT"
    yield Row(title, above, "goals") if is_short() else at_least(title, above, len(goals) / 2, "goals")
    yield Row(f"sum over {len(goals)} goals", ours, "", theirs, "REINVENT")


def searched(goal: str, calls: int, seed: int) -> tuple[float, float, float]:
    """Area, mean of the best ten, seconds."""
    parameters: dict[str, object] = {"goal": goal, "calls": calls, "begin": min(200, calls // 3)}
    if moses.folder() is not None:
        parameters["start"] = str(moses.folder() / "train.csv.gz")
    files = {name: path for name, path in weights().items() if path.is_file()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        request = MoleculesRequest("molecules.optimise", folder / "rows", parameters=parameters)
        start = time.perf_counter()
        made = run_molecules(hooks, request, TrialContext(folder, weights_files=files, seed=seed))
        took = time.perf_counter() - start
    scores = [float(one.value or 0) for row in made for one in row.properties if one.name == SCORE]
    return area(scores, max(calls, _ALLOWED)), best_mean(scores), took


if __name__ == "__main__":
    emit(rows())

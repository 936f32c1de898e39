"""What a training leaves beside its weights: curves, the table of all that was compared, a card."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Final

from medapp_classification.patient_together.experts import KINDS
from medapp_classification.patient_together.model import CARD, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CURVES: Final = "curves.json"
TABLE: Final = "algorithms.csv"
_ABOUT: Final = (
    "Death within five years by experts of parts of the record, put together by a learned gate. "
    "Images and genome are not used. **Not for diagnostic use.**"
)
_COLUMNS: Final = ("experts", "c_index", "low", "high", "auroc", "best_alone", "over_best", "from", "to")


def leave(facts: Mapping[str, Any], curves: Mapping[str, Sequence[float]], folder: Path) -> None:
    """Write `CURVES`, `TABLE` and the card into a folder, which exists.

    Args:
        facts: As `training.figures` made them, with ``seed`` and ``remarks``.
        curves: Loss of the gate at each step, by fold and for all cases.
        folder: That of the weights.

    Raises:
        OSError: Where they cannot be written.
    """
    told = [{"network": name, "loss": [round(one, 6) for one in loss]} for name, loss in curves.items()]
    (folder / CURVES).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    rows = [_row(one) for one in facts["patterns"]]
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
    (folder / CARD).write_text(_card(facts, rows), encoding="utf-8")


def _row(one: Mapping[str, Any]) -> list[str]:
    over = one["over_best"]
    numbers = (*one["c_index"], one["auroc"])
    return [
        " + ".join(one["names"]),
        *(_digits(number) for number in numbers),
        str(one["best"]),
        *(_digits(over[name]) for name in ("value", "low", "high")),
    ]


def _digits(number: float | None) -> str:
    return "" if number is None else f"{number:.4f}"


def _card(facts: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> str:
    titles = "; ".join(f"{one.key}: {one.title} ({one.learner})" for one in KINDS)
    lines = [
        "# patient.together, a candidate",
        "",
        _ABOUT,
        "",
        "| | |",
        "|---|---|",
        f"| File | `{WEIGHTS}` |",
        f"| Experts | {titles} |",
        f"| Data | {facts['cases']} people, {facts['events']} deaths |",
        f"| Command | `medapp train patient.together --data FOLDER --out FOLDER --seed {facts['seed']}` |",
        "| Figures | on held-back people, five folds by matched group |",
        f"| Calibration slope | {_digits(facts['slope'])} |",
        f"| Brier score at 5 years | {_digits(facts['brier'])} |",
        "",
        "| experts | C-index (95 % interval) | AUROC at 5 years | best alone | over it (95 % interval) |",
        "|---|---|---|---|---|",
        *(
            f"| {r[0]} | {r[1]} ({r[2]} to {r[3]}) | {r[4]} | {r[5]} | {r[6]} ({r[7]} to {r[8]}) |"
            for r in rows
        ),
        "",
        "## Limits",
        "",
        "For people like those of the data only; a patient unlike them is not answered about.",
        *(f"\n{remark}" for remark in facts.get("remarks", ())),
    ]
    return "\n".join(lines) + "\n"

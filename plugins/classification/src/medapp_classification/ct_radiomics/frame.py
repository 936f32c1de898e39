"""Features as a table to train on: out of the folders that runs wrote, or straight from images."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from medapp_classification.ct_radiomics.measure import features_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp_classification.ct_radiomics.settings import Settings

TABLE: Final = "measurements.csv"
COLUMNS: Final = "columns.json"


def read_frame(folders: Mapping[str, Path]) -> pd.DataFrame:
    """Read the tables of several runs into one.

    Args:
        folders: What ``medapp run ct.radiomics ... --out DIR`` wrote, by the name of the case.

    Returns:
        A row a case and segment (index ``case``, ``segment``), a float column a feature; NaN where it was not
        computable. ``attrs["columns"]`` says what each column is, with its unit and IBSI identifier.

    Raises:
        OSError: Where a file is missing.
        ValueError: Where runs do not mean the same by a column, so that they must not stand under each other.
    """
    import pandas as pd

    parts = []
    meaning: dict[str, dict[str, Any]] = {}
    for case, folder in folders.items():
        described = json.loads((folder / COLUMNS).read_text(encoding="utf-8"))
        for column in described["columns"]:
            known = meaning.setdefault(column["name"], column)
            if known != column:
                message = f"{case}: the column {column['name']} is {column}, before it was {known}"
                raise ValueError(message)
        table = pd.read_csv(folder / TABLE, dtype={"segment": str}, keep_default_na=False, na_values=[""])
        table = table.set_index("segment").astype("float64")
        table.index = pd.MultiIndex.from_product([[case], table.index], names=("case", "segment"))
        parts.append(table)
    frame = pd.concat(parts) if parts else pd.DataFrame()
    frame.attrs["columns"] = list(meaning.values())
    return frame


def frame_of(cases: Iterable[tuple[str, str, Volume, NDArray[np.bool_]]], settings: Settings) -> pd.DataFrame:
    """Measure segments of images.

    Args:
        cases: Name of the case, name of the segment, image, and mask (slices, rows, columns).
        settings: The same for all.

    Returns:
        As `read_frame`, without what columns mean.
    """
    import pandas as pd

    rows = {}
    for case, segment, volume, mask in cases:
        found = features_of(volume, mask, settings)
        rows[case, segment] = {
            tag: float("nan") if isinstance(value, str) else value for tag, value in found.items()
        }
    frame = pd.DataFrame.from_dict(rows, orient="index", dtype="float64")
    if rows:
        frame.index = pd.MultiIndex.from_tuples(rows, names=("case", "segment"))
    return frame

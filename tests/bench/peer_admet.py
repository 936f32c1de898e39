"""admet-ai by itself, in the peers' environment: a prediction of a file of SMILES for each line that comes.

    python peer_admet.py

A line is a path to read and a path to write, with a tab between them; the second may be empty. The answer is
a line with the seconds that its own call took, models read before, as its users call it.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path


def main() -> None:
    """Answer until there are no more lines."""
    answers = os.fdopen(os.dup(1), "w")
    # It tells of its progress on both; nobody reads it here.
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        warnings.simplefilter("ignore")
        from admet_ai import ADMETModel

        model = ADMETModel()
        print("ready", file=answers, flush=True)
        for line in sys.stdin:
            source, out = line.rstrip("\n").split("\t")
            smiles = Path(source).read_text(encoding="utf-8").split()
            start = time.perf_counter()
            found = model.predict(smiles)
            took = time.perf_counter() - start
            if out:
                found.to_csv(out)
            print(took, file=answers, flush=True)


if __name__ == "__main__":
    main()

"""The demonstration that `make run` gives where there is no screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_demonstration_leaves_picture_segmentation_and_log(sample_patient, tmp_path):
    import pydicom

    # Made once for all tests: making it is not what is tested here.
    shutil.copytree(sample_patient.folder, tmp_path / "home" / "data" / "sample")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    code = "import sys; from pathlib import Path; from medapp.ui.demo import run_demo; "
    code += "sys.exit(run_demo(Path(sys.argv[1])))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=190,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "propagateSizeHints" not in done.stderr
    said = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert Path(said["screenshot"]).read_bytes().startswith(b"\x89PNG")
    assert pydicom.dcmread(said["SEG"], stop_before_pixels=True).Modality == "SEG"
    assert Path(said["log"]).is_file()

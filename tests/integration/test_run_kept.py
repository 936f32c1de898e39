"""What ``medapp run TASK PATIENT`` answers waits for a decision in the inbox of the patient."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.integration.test_recommend import bundle

"""A worker imports torch, which takes its time on a machine that others use too."""


def medapp(*words):
    command = [sys.executable, "-m", "medapp", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    return done.returncode, done.stdout, done.stderr


def test_an_answer_about_a_patient_of_the_library_is_kept(medapp_home, tmp_path):
    assert medapp("import", bundle(tmp_path))[0] == 0
    status, _, err = medapp("run", "record.phenotype", "77001", "--out", tmp_path / "out")
    assert status == 0, err
    assert "kept, with nothing to decide on: `medapp findings 77001`" in err
    status, out, _ = medapp("findings", "77001", "--json")
    assert status == 0
    (answer,) = json.loads(out)["answers"]
    assert answer["task"] == "record.phenotype"


def test_a_refusal_leaves_no_empty_folder_and_is_json_where_asked_for(medapp_home, tmp_path):
    out = tmp_path / "out"
    status, told, _ = medapp("run", "rare.disease", bundle(tmp_path), "--out", out, "--json")
    assert status == 3
    assert json.loads(told)["status"] == 3
    assert not out.exists()

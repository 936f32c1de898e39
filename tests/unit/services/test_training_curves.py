"""Curves are read as they stand: while they are written, after a training was broken off, of older ones."""

from __future__ import annotations

import math

from medapp.services.training_curves import Curves, read_curves

NAMES = ("generator", "autoencoder")


def curves(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "generator.csv").write_text(text, encoding="utf-8")
    return read_curves(folder, NAMES)


def test_what_was_not_measured_is_left_out(tmp_path):
    found = curves(tmp_path, "step,valid,fcd\n250,0.5,\n500,0.6,12.5\n750,nan,\n")
    assert found.points("generator", "valid") == ((250, 500), (0.5, 0.6))
    assert found.points("generator", "fcd") == ((500,), (12.5,))
    assert found.points("generator", "unique") == found.points("autoencoder", "trained") == ((), ())
    assert not found.is_begun


def test_a_line_that_is_being_written_waits(tmp_path):
    found = curves(tmp_path, "step,valid\n250,0.5\n500,0.")
    assert found.points("generator", "valid") == ((250,), (0.5,))
    assert curves(tmp_path, "step,va").tables == {}


def test_steps_that_were_taken_again_count_once(tmp_path):
    found = curves(tmp_path, "step,valid\n250,0.5\n500,0.6\n750,0.7\n500,0.61\n")
    assert found.points("generator", "valid") == ((250, 500), (0.5, 0.61))


def test_a_column_that_came_later_does_not_hurt(tmp_path):
    found = curves(tmp_path, "step,valid\n250,0.5\n500,0.6,9.5\n750\n")
    assert found.points("generator", "valid") == ((250, 500), (0.5, 0.6))


def test_what_is_no_curve_is_none(tmp_path):
    assert read_curves(tmp_path / "nowhere", NAMES) == Curves()
    assert curves(tmp_path, "").tables == {}
    assert curves(tmp_path, "name,age\nx,3\n").tables == {}
    (tmp_path / "generator.csv").write_bytes(b"\xff\xfe\x00step\n")
    assert read_curves(tmp_path, NAMES).tables == {}


def test_a_checkpoint_can_be_gone_on_with(tmp_path):
    (tmp_path / "generator.checkpoint.pt").write_bytes(b"")
    assert read_curves(tmp_path, NAMES).is_begun
    assert math.isnan(curves(tmp_path, "step,fcd\n1,\n").tables["generator"]["fcd"][0])

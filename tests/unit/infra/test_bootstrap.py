"""The bootstrap: what it would run, when it sets up, and that a second start costs nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import bootstrap
import environment
import system_libraries
import telling

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a finished environment that only looks like one."""
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "installer", tmp_path / "installer", ignore=shutil.ignore_patterns("__pycache__"))
    for plugin in environment.plugins():
        target = tmp_path / "plugins" / plugin.name
        target.mkdir(parents=True)
        shutil.copy(plugin / "pyproject.toml", target)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "STAMP", venv / environment.STAMP.name)
    monkeypatch.setattr(environment, "CONSTRAINTS", tmp_path / "constraints.txt")
    environment.python().parent.mkdir(parents=True)
    environment.python().symlink_to(sys.executable)
    environment.STAMP.write_text(environment.fingerprint(environment.RUNNING))
    return tmp_path


def test_a_finished_environment_is_ready_until_its_sources_change(copy: Path):
    assert environment.is_ready()
    with (copy / "constraints.txt").open("a") as file:
        file.write("# another version\n")
    assert not environment.is_ready()


def test_the_tools_of_developers_are_added_for_those_who_ask(copy: Path, monkeypatch: pytest.MonkeyPatch):
    made = []
    monkeypatch.setattr(environment, "create", lambda *, tools: made.append(tools))
    monkeypatch.setattr(bootstrap, "_offer", lambda *_: None)
    for name in ("setup", "run", "medapp", "python", "bench", "hostile", "screenshots"):
        bootstrap._prepare(name)
    assert made == []
    for name in ("test", "lint", "types", "contracts", "tools"):
        bootstrap._prepare(name)
    assert made == [True] * 5
    environment.STAMP.write_text(environment.fingerprint(environment.DEVELOPING))
    for name in ("setup", "run", "test", "lint", "types", "contracts", "tools"):
        bootstrap._prepare(name)
    assert len(made) == 5
    environment.STAMP.unlink()
    bootstrap._prepare("run")
    assert made[5:] == [False]


def test_an_environment_without_interpreter_is_not_ready(copy: Path):
    assert environment.is_ready()
    environment.python().unlink()
    assert not environment.is_ready()


def test_a_second_start_costs_nothing(copy: Path):
    command = [
        sys.executable,
        "-S",
        str(copy / "installer" / "bootstrap.py"),
        "python",
        "-S",
        "-c",
        "print(7)",
    ]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        times.append(time.perf_counter() - start)
        assert done.stdout == "7\n"
    assert min(times) < 0.5  # measured 0.05 on a quiet machine; half a second tells a set-up from none


def test_without_a_display_the_demo_runs_and_with_one_the_window(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "has_display", lambda: False)
    assert bootstrap.commands("run", [])[0][1:4] == ["-m", "medapp", "demo"]
    monkeypatch.setattr(bootstrap, "has_display", lambda: True)
    assert bootstrap.commands("run", [])[0][1:] == ["-m", "medapp", "open", "--sample"]
    assert bootstrap.commands("run", ["a folder"])[0][1:] == ["-m", "medapp", "open", "a folder"]


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="displays are named by variables on Linux only"
)
def test_a_display_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not bootstrap.has_display()
    monkeypatch.setenv("DISPLAY", ":7")
    assert bootstrap.has_display()


def test_every_command_of_the_makefile_is_known():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    line = next(line for line in makefile.splitlines() if line.startswith("COMMANDS :="))
    for name in line.partition(":=")[2].split():
        assert bootstrap.commands(name, []) is not None, name
        assert f"\n  {name} " in bootstrap.USAGE


def test_a_wrong_command_is_told(capsys: pytest.CaptureFixture[str]):
    assert bootstrap.main(["fly"]) == 2
    assert "no command 'fly'" in capsys.readouterr().err


def test_arguments_of_test_go_to_pytest():
    assert bootstrap.commands("test", ["tests/unit", "-q"])[0][1:] == ["-m", "pytest", "tests/unit", "-q"]
    assert "--cov" in bootstrap.commands("test", [])[0]


def test_missing_libraries_are_named_by_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_libraries, "QT_LIBRARIES", (("libnowhere.so.9", "libnowhere9"),))
    monkeypatch.setattr(system_libraries, "_has_fonts", lambda: True)
    if sys.platform.startswith("linux"):
        assert system_libraries.missing_libraries() == ["libnowhere9"]
    assert "apt-get install libnowhere9" in system_libraries.advice(["libnowhere9"], "The window needs")


def test_nothing_is_installed_without_rights(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_libraries, "_is_root", lambda: False)
    assert system_libraries.install(["libnowhere9"]) == ["libnowhere9"]
    assert system_libraries.install([]) == []


@pytest.fixture
def pip(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout to be set up, whose interpreter runs a script in the place of pip."""
    environment.STAMP.unlink()
    script = copy / "pip.py"
    interpreter = environment.python()
    interpreter.unlink()
    interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    interpreter.chmod(0o755)
    return script


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_failing_pip_says_why_and_what_to_do(pip: Path):
    pip.write_text(
        "import sys\nif '--version' not in sys.argv:\n    print('no such wheel')\n    sys.exit(1)\n"
    )
    with pytest.raises(environment.SetupError, match=r"(?s)no such wheel.*PIP_FIND_LINKS"):
        environment.create()
    assert not environment.is_ready()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize("tools", [False, True])
def test_set_up_installs_torch_by_its_pin_together_with_the_rest(
    pip: Path, copy: Path, capsys: pytest.CaptureFixture[str], tools: bool
):
    pip.write_text("import sys\nprint('Collecting', *sys.argv)\nprint('Requirement already satisfied')\n")
    environment.create(tools=tools)
    told = environment.VENV.joinpath("setup.log").read_text().splitlines()
    assert "torch==" in told[0]
    assert f"-c {copy / 'constraints.txt'}" in told[0]
    assert f"-e {copy}[openvino,bundles{',dev' if tools else ''}]" in told[0]
    assert str(copy / "plugins" / "segmentation") in told[0]
    shown = capsys.readouterr().out
    assert "Collecting" in shown
    assert "satisfied" not in shown
    assert environment.is_ready()
    assert environment.is_ready(tools=True) is tools


def test_a_changed_rule_of_the_linter_is_no_reason_to_install(copy: Path):
    pyproject = copy / "pyproject.toml"
    text = pyproject.read_text()
    pyproject.write_text(text.replace("max-complexity = 10", "max-complexity = 9"))
    assert environment.is_ready()
    pyproject.write_text(text.replace('"rich>=', '"rich>9'))
    assert not environment.is_ready()


def requirement_name(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def test_everything_that_is_installed_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in environment.DEVELOPING.split(","):
        wanted += project["optional-dependencies"][extra]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {requirement_name(line) for line in lines if not line.startswith("#")}
    assert {requirement_name(name) for name in wanted} - pinned == set()


SAID = """Looking in indexes: https://pypi.org/simple
Requirement already satisfied: filelock in ./.venv (from torch)
Collecting numpy==2.4.6
  Downloading numpy-2.4.6.whl.metadata (6.6 kB)
Collecting torch==2.13.0
  Downloading torch-2.13.0.whl (190.5 MB)
Processing /wheels/typing_extensions-4.16.0-py3-none-any.whl (from torch==2.13.0)
  Using cached scipy-1.17.whl (35.1 MB)
Installing collected packages: numpy, torch, scipy
Successfully installed numpy torch scipy
"""


def test_pip_is_told_in_steps_packages_and_megabytes(capsys: pytest.CaptureFixture[str]):
    told = telling.Pip(3)
    for line in SAID.splitlines():
        told.read(line)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "  2 of up to 3 packages, 0 MB: Collecting numpy==2.4.6"
    assert shown[2] == "  3 of up to 3 packages, 191 MB: Downloading torch-2.13.0.whl (190.5 MB)"
    assert told.named == {"filelock", "numpy", "torch", "typing-extensions"}
    assert shown[4].startswith("  3 of up to 3 packages, 226 MB")
    assert shown[5].startswith("3 of 4: installing 3 packages")
    assert shown[6] == "  Successfully installed numpy torch scipy"
    assert len(shown) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_every_step_of_the_set_up_is_told(
    pip: Path, copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    pip.write_text(f"print({SAID!r})\n")
    monkeypatch.setattr(bootstrap, "_offer", lambda *_: None)
    bootstrap._set_up(tools=False)
    shown = [line for line in capsys.readouterr().out.splitlines() if " of 4: " in line]
    assert [line.split(":")[0] for line in shown] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert "is there" in shown[0]
    pinned = len([line for line in (copy / "constraints.txt").read_text().splitlines() if "==" in line])
    assert f"up to {pinned} packages, roughly {telling.ABOUT_MB} MB" in shown[1]

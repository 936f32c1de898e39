"""What the repository promises about itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from medapp.resources import resource

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("torch", "monai", "pandas", "SimpleITK", "rdkit")
LIGHT_MODULES = ("medapp.domain", "medapp.api", "medapp.services.app", "medapp.cli.main", "medapp.ui.app")
TEXTS = [
    path
    for pattern in ("*.md", "*.toml", "*.cff", "docs/**/*.md", "changelog.d/*.md", ".ci/run", "Makefile")
    for path in ROOT.glob(pattern)
]


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_start_imports_nothing_heavy(module: str):
    code = (
        f"import sys, {module}\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )  # fmt: skip
    if (
        not (ROOT / Path(*module.split("."))).is_dir()
        and not (ROOT / f"{module.replace('.', '/')}.py").exists()
    ):
        pytest.skip(f"{module} is not there")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_resources_are_found_beside_the_package():
    assert resource("sample", "mni152_t1_brain.nii.gz").is_file()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_the_documents_lead_somewhere(path: Path):
    if path.suffix != ".md":
        pytest.skip("has no links")
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target


def test_every_room_is_explained():
    text = (ROOT / "docs" / "structure.md").read_text(encoding="utf-8")
    rooms = sorted(path.name for path in (ROOT / "medapp").iterdir() if (path / "__init__.py").exists())
    for room in rooms:
        assert f"`{room}/`" in text, room


def test_plugins_are_published_through_the_entry_point():
    for path in (ROOT / "plugins").glob("*/pyproject.toml"):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        packages = project["entry-points"]["medapp.plugins"].values()
        for package in packages:
            assert (path.parent / "src" / package / "__init__.py").is_file()
            assert (path.parent / "src" / package / "medapp.toml").is_file()


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_ci_is_a_sound_script():
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)

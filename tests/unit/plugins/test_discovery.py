"""Finding installed plugins: broken ones are a row with its reason, and nothing of them is imported."""

import importlib.util
import sys
from importlib import metadata

import pytest

from medapp.plugins import discover, discovery, find_task, folder_sha256

MANIFEST = """
[plugin]
api = "1"
title = "{package}"
license = "MIT"
intended_use = "Tests."
[[task]]
id = "{task}"
kind = "segmentation"
title = "A task"
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Write a package and name it by an entry point."""
    entries = []
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(discovery.metadata, "entry_points", lambda group: list(entries))

    def make(package, task="some.task", text=None):
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text("raise ImportError('never import me')\n")
        if text != "":
            (folder / "medapp.toml").write_text(text or MANIFEST.format(package=package, task=task))
        entries.append(metadata.EntryPoint(package, package, discovery.GROUP))
        return folder

    make.entries = entries
    return make


def test_packages_are_found_without_importing_them(install):
    folder = install("alpha_plugin", "alpha.one")
    install("beta_plugin", "beta.one")
    found = discover()
    assert [manifest.package for manifest in found.manifests] == ["alpha_plugin", "beta_plugin"]
    assert found.manifests[0].folder == folder
    assert found.broken == ()
    assert not {"alpha_plugin", "beta_plugin"} & set(sys.modules)
    assert find_task("beta.one")[0].package == "beta_plugin"


def test_a_package_is_found_by_the_finder_that_its_installer_brought(install, tmp_path, monkeypatch):
    """As setuptools' editable installs do: the folder is on no path."""
    folder = install("gamma_plugin", "gamma.one")
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one != str(tmp_path)])
    assert discover().broken

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name != "gamma_plugin":
                return None
            return importlib.util.spec_from_file_location(
                name, folder / "__init__.py", submodule_search_locations=[str(folder)]
            )

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert [manifest.folder for manifest in discover().manifests] == [folder]
    assert "gamma_plugin" not in sys.modules


def test_broken_ones_are_listed_with_their_reason(install):
    install("good_plugin")
    install("no_manifest", text="")
    install("odd_manifest", text="[plugin]\napi = '9'\n")
    install("taken", "some.task")
    install.entries.append(metadata.EntryPoint("ghost", "ghost_package", discovery.GROUP))
    found = discover()
    assert [manifest.package for manifest in found.manifests] == ["good_plugin"]
    reasons = {plugin.name: plugin.reason for plugin in found.broken}
    assert "not to be found" in reasons["ghost"]
    assert "carries no medapp.toml" in reasons["no_manifest"]
    assert "this program speaks" in reasons["odd_manifest"]
    assert "already offered by 'good_plugin'" in reasons["taken"]


def test_an_unknown_task_names_those_there_are(install):
    install("good_plugin")
    with pytest.raises(KeyError, match=r"'other'; installed are: some\.task"):
        find_task("other")


def test_nothing_installed(install):
    with pytest.raises(KeyError, match="installed are: none"):
        find_task("other")


def test_the_hash_of_a_folder_follows_names_and_contents_but_not_caches(tmp_path):
    (tmp_path / "a.py").write_text("1")
    first = folder_sha256(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert folder_sha256(tmp_path) == first
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    second = folder_sha256(tmp_path)
    (tmp_path / "b.py").write_text("2")
    assert len({first, second, folder_sha256(tmp_path)}) == 3

"""Functions, classes and files stay small enough to be read at once; their docstrings do not count."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FUNCTION, CLASS, FILE = 50, 300, 500
FOLDERS = ("medapp", "installer", "plugins", "tests", "docs")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def docstring_length(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return 0 if ast.get_docstring(node, clean=False) is None else length(node.body[0])


def too_long(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    found = [f"file of {lines} lines"] if lines >= FILE else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            limit = CLASS
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            limit = FUNCTION
        else:
            continue
        size = length(node) - docstring_length(node)
        if size >= limit:
            found.append(f"{node.name} of {size} lines at line {node.lineno}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_too_long(path: Path):
    assert too_long(path) == []


def test_a_long_function_is_seen(tmp_path: Path):
    path = tmp_path / "long.py"
    path.write_text("def f():\n" + "    x = 1\n" * FUNCTION)
    assert too_long(path) == [f"f of {FUNCTION + 1} lines at line 1"]

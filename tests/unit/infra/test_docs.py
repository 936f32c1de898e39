"""The documentation for plugin authors names every hook with its exact signature."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from medapp.api import hookspecs

ROOT = Path(__file__).resolve().parents[3]


def signatures() -> list[str]:
    """Every hook as it is written in the source, without its body."""
    tree = ast.parse(inspect.getsource(hookspecs))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [
        f"{node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"
        for node in functions
        if node.returns is not None
    ]


@pytest.mark.parametrize("signature", signatures())
def test_every_hook_is_documented(signature: str) -> None:
    assert f"`{signature}`" in (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")


def test_there_are_hooks() -> None:
    assert len(signatures()) >= 5

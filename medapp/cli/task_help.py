"""``--help`` of a command that runs one task ends with what ``--set`` takes, as the task's manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from typer.core import TyperCommand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BOUNDS: Final = (("minimum", "at least"), ("maximum", "at most"), ("exclusiveMinimum", "more than"))


def with_parameters(task: str, *own: str) -> type[TyperCommand]:
    """A command whose help tells the parameters of a task, but for those that have options of their `own`."""

    class WithParameters(TyperCommand):
        def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer hides them
            super().format_help(ctx, formatter)
            for heading, rows in told(task, own):
                with formatter.section(heading):
                    formatter.write_dl(rows)

    return WithParameters


def told(task: str, own: Iterable[str] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with names and what they mean: the parameters, then the names that one of them may hold."""
    from medapp.plugins import discover

    try:
        _, manifest = discover().find(task)
    except KeyError:
        return [("Parameters", [(task, "is not installed")])]
    options = set(own)
    known = {name: schema for name, schema in manifest.parameters.items() if name not in options}
    found = [
        ("Parameters, as --set NAME=VALUE", [(name, _meaning(schema)) for name, schema in known.items()])
    ]
    values = [
        (name.upper(), "; ".join(map(str, listed)))
        for name, schema in manifest.parameters.items()
        if name in options and isinstance(listed := schema.get("enum"), list)
    ]
    found.append(("Values", values))
    for name, schema in known.items():
        if isinstance(names := schema.get("names"), dict):
            found.append((f"Names for {name}", [(of, "; ".join(each)) for of, each in names.items()]))
    return [(heading, rows) for heading, rows in found if rows]


def _meaning(schema: Mapping[str, Any]) -> str:
    facts = [f"one of: {', '.join(map(str, schema['enum']))}"] if "enum" in schema else []
    facts += [f"{words} {schema[bound]}" for bound, words in _BOUNDS if bound in schema]
    default = schema.get("default")
    if default not in {None, ""}:
        facts.append(f"default: {str(default).lower() if isinstance(default, bool) else default}")
    if schema.get("examples"):
        example = str(schema["examples"][0])
        facts.append(f'such as "{example}"' if " " in example else f"such as {example}")
    if schema.get("only_with"):
        facts.append(
            "only with " + ", ".join(f"{name} {value}" for name, value in schema["only_with"].items())
        )
    said = str(schema.get("description") or schema.get("title") or "")
    return f"{said} [{'; '.join(facts)}]" if facts else said

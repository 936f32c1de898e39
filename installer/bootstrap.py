"""Sets the program up and starts it, with the standard library alone.

    python3 installer/bootstrap.py run [PATH ...]

On Windows it is ``py`` instead of ``python3``. The first call makes a virtual environment and installs
the pinned versions of what the program needs into it; the first call of a developer's command adds the tools
that those need. Any later call hands over to that environment at once.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import environment
import system_libraries
from telling import STEPS, step

USAGE = """usage: bootstrap.py COMMAND [ARGUMENT ...]

  setup        make the environment with what the program needs, nothing else
  tools        add what developers need; the commands that need it do so themselves
  run          open the program, on the sample patient or on the paths given; without a display
               the same job is done offscreen and its files are named
  test         run the tests with coverage, or pytest with the arguments given
  lint         ruff
  types        mypy
  contracts    import-linter
  bench        measure against peers and write BENCHMARKS.md
  bench-gpu    the same for what needs an accelerator
  peers        install the peers that `bench` measures against, into an environment of their own
  finalists    add admet-ai to the program's environment, for `medapp finalists`
  hostile      feed the broken and malicious files
  screenshots  take the pictures of the documentation from the running window
  medapp       the command line of the program
  python       the interpreter of the environment
"""
_NEED_TOOLS = {"tools", "test", "lint", "types", "contracts"}
_WHERE_THE_USER_IS = {"run", "medapp", "python"}
DEMO_FOLDER = environment.ROOT / "out" / "demo"


def commands(name: str, arguments: list[str]) -> list[list[str]] | None:
    """What to run in the environment, one after the other; None where there is no command of that name."""
    python = str(environment.python())
    table = {
        "setup": [],
        "tools": [],
        "peers": [],
        "finalists": [],
        "run": [[python, "-m", "medapp", *_run_arguments(arguments)]],
        "test": [[python, "-m", "pytest", *(arguments or _all_tests())]],
        "lint": [
            [python, "-m", "ruff", "check", *(arguments or ["."])],
            [python, "-m", "ruff", "format", "--check", *(arguments or ["."])],
        ],
        "types": [[python, "-m", "mypy", *arguments]],
        "contracts": [[str(environment.script("lint-imports")), *arguments]],
        "bench": [[python, "-m", "tests.bench", *arguments]],
        "bench-gpu": [[python, "-m", "tests.bench", "--gpu", *arguments]],
        "hostile": [[python, "-m", "tests.hostile", *arguments]],
        "screenshots": [[python, str(environment.ROOT / "docs" / "take_screenshots.py"), *arguments]],
        "medapp": [[python, "-m", "medapp", *arguments]],
        "python": [[python, *arguments]],
    }
    return table.get(name)


def has_display() -> bool:
    """Whether a window can be shown to somebody."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(argv: list[str]) -> int:
    """Exit status of the command, 2 for a wrong call."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(USAGE)
        return 0 if argv else 2
    todo = commands(argv[0], argv[1:])
    if todo is None:
        print(f"no command {argv[0]!r}\n\n{USAGE}", file=sys.stderr)
        return 2
    if sys.version_info < environment.OLDEST:
        return _with_newer_python()
    try:
        _prepare(argv[0])
    except environment.SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    if argv[0] not in _WHERE_THE_USER_IS:
        os.chdir(environment.ROOT)
    for command in todo[:-1]:
        status = _call(command)
        if status:
            return status
    return _hand_over(todo[-1]) if todo else 0


def _prepare(command: str) -> None:
    """Everything that has to be there before a command."""
    tools = command in _NEED_TOOLS
    if not environment.is_ready(tools=tools):
        _set_up(tools=tools)
    if command == "peers":
        environment.create_peers()
    if command == "finalists":
        environment.add_finalists()
    if command == "test":
        _offer(system_libraries.missing_programs(), "Tests that need them are skipped without")


def _run_arguments(arguments: list[str]) -> list[str]:
    if has_display():
        return ["open", *(arguments or ["--sample"])]
    return ["demo", "--out", str(DEMO_FOLDER), *arguments]


def _all_tests() -> list[str]:
    # A process that ended is a failed run: one started in its place may wait for tests for ever.
    return [
        "-n",
        "2",
        "--max-worker-restart=0",
        "--dist",
        "loadfile",
        "--cov",
        "--cov-report=term:skip-covered",
    ]


def _set_up(*, tools: bool) -> None:
    start = time.monotonic()
    what = "Adding the tools of developers" if environment.is_ready() else "Setting up"
    print(f"{what} in {environment.VENV}; this is done once and takes some minutes.", flush=True)
    environment.create(tools=tools)
    step(STEPS, "looking for libraries of the system that the window needs")
    _offer(system_libraries.missing_libraries(), "The window needs libraries that are not here")
    print(f"Set up after {time.monotonic() - start:.0f} s.", flush=True)


def _offer(packages: list[str], why: str) -> None:
    still_missing = system_libraries.install(packages)
    if still_missing:
        print(system_libraries.advice(still_missing, why), file=sys.stderr, flush=True)


def _with_newer_python() -> int:
    wanted = ".".join(map(str, environment.OLDEST))
    found = environment.newer_python()
    if found is None:
        print(f"Python {wanted} or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    return _hand_over([found, *sys.argv])


def _call(command: list[str]) -> int:
    import subprocess

    return subprocess.run(command, check=False).returncode


def _hand_over(command: list[str]) -> int:
    """Become the command; Windows has no such thing and waits for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    return _call(command)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

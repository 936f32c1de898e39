"""The program's own virtual environment: made once, and again only when what it is made from changes.

It holds what the program runs on; the tools of its developers are added when one of them is first asked for.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path

from telling import ABOUT_MB, Pip, step

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("MEDAPP_VENV") or ROOT / ".venv")
PEERS = ROOT / ".venv-peers"
STAMP = VENV / "medapp-setup.sha256"
CONSTRAINTS = ROOT / "constraints.txt"
RUNNING = "openvino,bundles"
DEVELOPING = "openvino,bundles,dev"
OLDEST = (3, 11)


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def python(venv: Path | None = None) -> Path:
    """The interpreter of an environment (the program's own by default), whether it is there or not."""
    folder = venv or VENV
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def script(name: str) -> Path:
    """A command that a package put into the environment."""
    return python().with_name(f"{name}.exe" if os.name == "nt" else name)


def plugins() -> list[Path]:
    """Folders of the plugins that come with the program."""
    return sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))


def fingerprint(extras: str) -> str:
    """Hash over everything that the environment with these extras is made from."""
    digest = hashlib.sha256(f"{extras}\0{ROOT}\0".encode())
    digest.update(CONSTRAINTS.read_bytes())
    for folder in (ROOT, *plugins()):
        digest.update(_what_pip_reads(folder / "pyproject.toml"))
    return digest.hexdigest()


def _what_pip_reads(pyproject: Path) -> bytes:
    """The packaging part alone: a changed linter rule is no reason to install anew."""
    text = pyproject.read_text(encoding="utf-8")
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    return "".join(part for part in parts if part.startswith(("[project", "[build-system"))).encode()


def is_ready(*, tools: bool = False) -> bool:
    """Whether nothing is to be done, for developers too where `tools` is set. Takes a few milliseconds."""
    enough = (DEVELOPING,) if tools else (RUNNING, DEVELOPING)
    try:
        found = STAMP.read_text(encoding="ascii")
        return any(found == fingerprint(extras) for extras in enough) and python().exists()
    except OSError:
        return False


def newer_python() -> str | None:
    """Another interpreter on the path that is new enough, the newest first."""
    import shutil

    for minor in range(14, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and _answers(found):
            return found
    return None


def create(*, tools: bool = False) -> None:
    """Make the environment where there is none, and install into it what lacks.

    Args:
        tools: The tools of developers too.

    Raises:
        SetupError: Where the environment cannot be made or pip fails.
    """
    if _works():
        step(1, f"the environment {VENV} is there")
    else:
        step(1, f"making the environment {VENV}")
        _make_venv()
    command = [str(python()), "-m", "pip", "install", "--disable-pip-version-check", "-c", str(CONSTRAINTS)]
    # In one command and by name: otherwise pip would first take the newest torch for a dependency.
    extras = DEVELOPING if tools else RUNNING
    command += [f"torch=={_pinned('torch')}", "-e", f"{ROOT}[{extras}]"]
    for folder in plugins():
        command += ["-e", str(folder)]
    count = _pins()
    told = f"up to {count} packages, roughly {ABOUT_MB} MB (some 3 GB more where torch comes with CUDA)"
    step(2, f"fetching what is not here yet of {told}")
    _pip(command, VENV / "setup.log", count)
    STAMP.write_text(fingerprint(extras), encoding="ascii")


def create_peers() -> None:
    """Make the environment of the programs that the benches measure against.

    Raises:
        SetupError: Where it cannot be made.
    """
    interpreter = python(PEERS)
    if _call([sys.executable, "-m", "venv", str(PEERS)]):
        message = f"no environment could be made in {PEERS}"
        raise SetupError(message)
    listed = ROOT / "tests" / "bench" / "peers.txt"
    count = len(listed.read_text(encoding="utf-8").splitlines())
    _pip([str(interpreter), "-m", "pip", "install", "-r", str(listed)], PEERS / "setup.log", count)


def add_finalists() -> None:
    """Add admet-ai, which the task `molecules.finalists` asks, to the program's environment.

    Raises:
        SetupError: Where pip fails.
    """
    molecules = ROOT / "plugins" / "molecules"
    command = [str(python()), "-m", "pip", "install", "--disable-pip-version-check", "-c", str(CONSTRAINTS)]
    command += [f"torch=={_pinned('torch')}", "-e", str(ROOT), "-e", f"{molecules}[finalists]"]
    _pip(command, VENV / "finalists.log", _pins())


def _pip(command: list[str], log: Path, packages: int) -> None:
    """Run pip, show how far it is with about so many packages, and keep all it says."""
    import subprocess

    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process,
    ):
        assert process.stdout is not None  # noqa: S101 - it was asked for
        told = Pip(packages)
        for line in process.stdout:
            file.write(line)
            told.read(line)
    if process.returncode:
        tail = "".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-15:])
        message = (
            f"{tail}\npip could not install the packages; all it said is in {log}. Without a network put the "
            "wheels into a folder and set PIP_FIND_LINKS to it and PIP_NO_INDEX=1, then start again."
        )
        raise SetupError(message)


def _make_venv() -> None:
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if _call(command) == 0:
        return
    import system_libraries

    # Debian keeps the module that puts pip into an environment in a package of its own.
    package = f"python3.{sys.version_info[1]}-venv"
    if system_libraries.install([package]) == [] and _call(command) == 0:
        return
    raise SetupError(system_libraries.advice([package], "Python cannot make a virtual environment here"))


def _works() -> bool:
    return python().exists() and _call([str(python()), "-m", "pip", "--version"], quiet=True) == 0


def _pins() -> int:
    """How many packages are pinned: all that may be installed, developers' tools among them."""
    return len(re.findall(r"^[A-Za-z0-9._-]+==", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE))


def _pinned(package: str) -> str:
    found = re.search(rf"^{package}==(\S+)$", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        message = f"{CONSTRAINTS.name} does not pin {package}"
        raise SetupError(message)
    return found.group(1)


def _answers(interpreter: str) -> bool:
    return _call([interpreter, "-c", "import venv"], quiet=True) == 0


def _call(command: list[str], *, quiet: bool = False) -> int:
    import subprocess

    nowhere = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, check=False, stdout=nowhere, stderr=nowhere).returncode

"""Shared libraries and programs that Python packages cannot bring: which are missing, and how to get them."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Library, Debian package. What Qt opens for any window, then what it opens for one on X11.
QT_LIBRARIES = (
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-image.so.0", "libxcb-image0"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-randr.so.0", "libxcb-randr0"),
    ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libxcb-xkb.so.1", "libxcb-xkb1"),
)
# Program, Debian package; without them the tests that need them are skipped and say so.
TEST_PROGRAMS = (("Xvfb", "xvfb"), ("dcmdump", "dcmtk"), ("zstd", "zstd"))
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
FONT_PACKAGE = "fonts-dejavu-core"


def missing_libraries() -> list[str]:
    """Debian packages that hold what Qt would not find here; empty on Windows and macOS."""
    if not sys.platform.startswith("linux"):
        return []
    packages = [package for library, package in QT_LIBRARIES if not _opens(library)]
    if not _has_fonts():
        packages.append(FONT_PACKAGE)
    return packages


def missing_programs() -> list[str]:
    """Debian packages of the programs that the tests use and that are not here."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for program, package in TEST_PROGRAMS if shutil.which(program) is None]


def install(packages: list[str]) -> list[str]:
    """Install Debian packages where that is possible here; return those that still lack.

    Possible is it for root where there is ``apt-get``; nobody is asked for a password.
    """
    apt = shutil.which("apt-get")
    if not packages or apt is None or not _is_root():
        return packages
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {', '.join(packages)}", flush=True)
    subprocess.run([apt, "update", "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
    command = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    done = subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
    return [] if done.returncode == 0 else packages


def advice(packages: list[str], why: str) -> str:
    """What to tell a user who has to install `packages`."""
    return (
        f"{why}: {', '.join(packages)} (names on Debian and Ubuntu).\n"
        f"  sudo apt-get install {' '.join(packages)}\n"
        "Other systems carry the same under similar names."
    )


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_fonts() -> bool:
    return any(
        next(Path(folder).rglob(pattern), None) is not None
        for folder in FONT_FOLDERS
        if Path(folder).is_dir()
        for pattern in ("*.ttf", "*.otf")
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0

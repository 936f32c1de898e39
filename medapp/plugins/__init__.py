"""Manifests, discovery and checks of plugins; their code runs in worker processes only."""

from medapp.plugins.discovery import BrokenPlugin, Discovery, discover, find_task, folder_sha256
from medapp.plugins.fits import facts_of, first_estimate, fits
from medapp.plugins.manifest import ManifestError, parse_manifest
from medapp.plugins.parameters import ParameterError, checked, parsed

__all__ = [
    "BrokenPlugin",
    "Discovery",
    "ManifestError",
    "ParameterError",
    "checked",
    "discover",
    "facts_of",
    "find_task",
    "first_estimate",
    "fits",
    "folder_sha256",
    "parse_manifest",
    "parsed",
]

"""The vendors' printed samples, byte for byte as on their pages, mistakes included."""

from __future__ import annotations

from importlib.resources import files


def sample(name: str) -> bytes:
    """A sample's bytes."""
    return files(__name__).joinpath(name).read_bytes()

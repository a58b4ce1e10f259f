from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from service.settings import Settings, SettingsError, load_settings
from service.settings.reading import SourceKind
from tests.service.kinds import KINDS

KEY = "k" * 32
MINIMAL = f'[server]\nsecret_keys = ["{KEY}"]\n'

Load = Callable[..., Settings]
Mistakes = Callable[..., list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Settings from the text of a file."""

    def from_text(
        text: str, environ: Mapping[str, str] | None = None, kinds: Mapping[str, SourceKind] = KINDS
    ) -> Settings:
        path = tmp_path / "gateway.toml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, kinds, environ or {})

    return from_text


@pytest.fixture
def mistakes(load: Load, tmp_path: Path) -> Mistakes:
    """The lines that an operator reads, without the folder."""

    def from_text(
        text: str, environ: Mapping[str, str] | None = None, kinds: Mapping[str, SourceKind] = KINDS
    ) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            load(text, environ, kinds)
        return [line.removeprefix(f"{tmp_path}/") for line in caught.value.lines]

    return from_text

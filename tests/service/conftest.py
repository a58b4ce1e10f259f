import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Logs are the process's: what a test configures must not outlive it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a key and nothing else."""
    path = tmp_path / "gateway.toml"
    path.write_text(f'[server]\nsecret_keys = ["{"hunter2-" * 4}"]\n')
    return path

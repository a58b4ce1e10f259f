"""What an operator may set: a TOML file and the environment, every mistake named before anything listens."""

from service.settings.loading import load_settings
from service.settings.mistakes import Mistake, SettingsError
from service.settings.tables import (
    AuthSettings,
    CacheSettings,
    DirectorySettings,
    GraphSettings,
    LimitsSettings,
    ServerSettings,
    Settings,
)

__all__ = [
    "AuthSettings",
    "CacheSettings",
    "DirectorySettings",
    "GraphSettings",
    "LimitsSettings",
    "Mistake",
    "ServerSettings",
    "Settings",
    "SettingsError",
    "load_settings",
]

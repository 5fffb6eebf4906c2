"""The TOML file as typed, frozen settings; errors name file, line and key."""

from tuimon.config.actions import ACTIONS, Action, Group
from tuimon.config.addresses import host_and_port, is_this_machine, web_address
from tuimon.config.changes import changes
from tuimon.config.defaults import default_settings
from tuimon.config.edit import ThresholdEdit, difference, edited
from tuimon.config.errors import ConfigError
from tuimon.config.keys import Remapped, actions
from tuimon.config.live import LiveConfig
from tuimon.config.load import load, parse
from tuimon.config.places import find_config, for_directory, state_directory
from tuimon.config.quantities import duration, duration_text
from tuimon.config.resolve import baseline_for, fixed_baseline_for, table_of, threshold_for
from tuimon.config.save import save
from tuimon.config.settings import (
    AGAINST_BASELINE,
    LEAST_SAMPLE_RATE,
    OF_ALL_LOGS,
    RULES,
    Baseline,
    Direction,
    Drift,
    FieldPath,
    Fields,
    Keep,
    Method,
    Override,
    Receiver,
    ReceiverType,
    SecretPlace,
    Settings,
    Source,
    Threshold,
    Windows,
)

__all__ = [
    "ACTIONS",
    "AGAINST_BASELINE",
    "LEAST_SAMPLE_RATE",
    "OF_ALL_LOGS",
    "RULES",
    "Action",
    "Baseline",
    "ConfigError",
    "Direction",
    "Drift",
    "FieldPath",
    "Fields",
    "Group",
    "Keep",
    "LiveConfig",
    "Method",
    "Override",
    "Receiver",
    "ReceiverType",
    "Remapped",
    "SecretPlace",
    "Settings",
    "Source",
    "Threshold",
    "ThresholdEdit",
    "Windows",
    "actions",
    "baseline_for",
    "changes",
    "default_settings",
    "difference",
    "duration",
    "duration_text",
    "edited",
    "find_config",
    "fixed_baseline_for",
    "for_directory",
    "host_and_port",
    "is_this_machine",
    "load",
    "parse",
    "save",
    "state_directory",
    "table_of",
    "threshold_for",
    "web_address",
]

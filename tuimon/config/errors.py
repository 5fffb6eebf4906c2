"""What is wrong in a configuration file, and where."""

from __future__ import annotations

from pathlib import Path


class ConfigError(Exception):
    """A configuration that cannot be used; its text is one sentence with file and line."""

    def __init__(self, file: Path, line: int | None, key: str, message: str) -> None:
        super().__init__(file, line, key, message)
        self.file = file
        self.line = line
        """1-based; None when no line is to blame."""
        self.key = key
        """The dotted key from the top of the file; empty when no key is to blame."""
        self.message = message

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.message}"

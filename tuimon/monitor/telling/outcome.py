"""What became of one attempt to send something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """`taken`, `refused` for good, or `failed` and to be tried again; the reason never holds an address or a secret.

    What was taken with a reason was taken in part.
    """

    kind: Literal["taken", "refused", "failed"]
    reason: str = ""
    retry_after: float | None = None
    """Seconds that the receiver asked for."""


TAKEN = Outcome("taken")


class SendError(Exception):
    """Something cannot be sent now; its text is the reason."""

"""A mail about one or more alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tuimon.alerts.telling.letter import Letter
from tuimon.alerts.telling.wording import dedup_key, details, spell, status, title
from tuimon.config import Receiver

_LONGEST_SUBJECT = 150


def message(receiver: Receiver, letters: Sequence[Letter], now: float) -> EmailMessage:
    """Return the mail; one that is sent again has the same Message-ID, and those of one episode form a thread."""
    made = EmailMessage()
    first = letters[0].episode
    more = f" (and {len(letters) - 1} more)" if len(letters) > 1 else ""
    made["Subject"] = f"[tuimon] {title(first)[:_LONGEST_SUBJECT]}{more}"
    made["From"], made["To"] = receiver.sender, ", ".join(receiver.to)
    made["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    host = receiver.sender.rpartition("@")[2]
    made["Message-ID"] = f"<{_digest(letters)}@{host}>"
    if len(letters) == 1:
        made["References"] = f"<{_hash(dedup_key(first))}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n\n".join(_paragraph(letter) for letter in letters) + "\n", cte="quoted-printable")
    return made


def _paragraph(letter: Letter) -> str:
    episode = letter.episode
    lines = {name: text for name, text in details(episode).items() if name != "summary"}
    return "\n".join((title(episode), f"  fired: {spell(episode)}", *(f"  {name}: {text}" for name, text in lines.items())))


def _digest(letters: Sequence[Letter]) -> str:
    return _hash("\n".join(f"{dedup_key(item.episode)} {item.episode.severity} {status(item.episode)}" for item in letters))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]

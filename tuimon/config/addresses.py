"""Addresses of receivers. A URL may hold a secret in its path, so no error repeats one."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_LONGEST = 2_000
_HOST = re.compile(r"[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+")


def web_address(value: object, allow_http: bool) -> str:
    """Return a URL that messages may be sent to: https, or http to this machine or where that is allowed.

    Raises ValueError with the end of a sentence, without the URL.
    """
    if not isinstance(value, str) or not re.fullmatch(r"https?://[!-~]+", value) or len(value) > _LONGEST:
        raise ValueError("must be an address that begins with https:// and has no spaces")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a valid address") from None
    if not host or not _HOST.fullmatch(host):
        raise ValueError("must name a host after https://")
    if parts.username is not None or parts.fragment:
        raise ValueError("must hold no user, password or #part; name a secret with secret_file or secret_env")
    if is_link_local(host):
        raise ValueError("leads to a link-local address, where cloud machines keep their credentials")
    if parts.scheme == "http" and not allow_http and not is_this_machine(host):
        raise ValueError("is http:// to another machine, where everybody on the way can read it; use https://, or set allow_http = true")
    return value


def host_and_port(value: object, usual: int) -> tuple[str, int]:
    """Return (host, port) of "host", "host:port" or "[v6]:port". Raises ValueError with the end of a sentence."""
    wrong = 'must be a host such as "mail.example.org" or "mail.example.org:587"'
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::([0-9]{1,5}))?", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(wrong)
    port = int(match[3]) if match[3] else usual
    if not 0 < port < 65536:
        raise ValueError(wrong)
    return match[1] or match[2], port


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is a loop back to this machine."""
    if host.rstrip(".").lower() == "localhost":
        return True
    number = _number(host)
    return number is not None and number.is_loopback


def is_link_local(host: str) -> bool:
    """Whether an address is reached without a router; False for names."""
    number = _number(host)
    return number is not None and number.is_link_local


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        number = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return None
    return (number.ipv4_mapped or number) if isinstance(number, ipaddress.IPv6Address) else number

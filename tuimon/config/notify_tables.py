"""The tables under [notify]: who is told of alerts, and how."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from tuimon.config.addresses import host_and_port, is_this_machine, web_address
from tuimon.config.checks import choice, text
from tuimon.config.quantities import shown
from tuimon.config.settings import Receiver, ReceiverType, SecretPlace
from tuimon.config.source_tables import absolute_path
from tuimon.config.table import Table

Tls = Literal["starttls", "tls", "none"]
_TYPES: tuple[ReceiverType, ...] = get_args(ReceiverType)
_TLS: tuple[Tls, ...] = get_args(Tls)
_SEVERITIES: tuple[Literal["warning", "critical"], ...] = ("warning", "critical")
_COMMON = ("type", "min_severity")
_SENT = (*_COMMON, "models")
_WEB = (*_SENT, "url", "secret_file", "secret_env", "allow_http")
_KEYS: dict[ReceiverType, tuple[str, ...]] = {
    "webhook": _WEB,
    "alertmanager": _WEB,
    "slack": _WEB,
    "pagerduty": _WEB,
    "email": (*_SENT, "server", "from", "to", "tls", "user", "secret_file", "secret_env"),
    "syslog": (*_SENT, "server"),
    "bell": _COMMON,
}
_PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_PORTS: dict[Tls, int] = {"starttls": 587, "tls": 465, "none": 25}
_SYSLOG_PORT = 514


def read_receivers(top: Table, directory: Path) -> tuple[Receiver, ...]:
    """Return every receiver of [notify]; the paths of secrets are made absolute from `directory`. Raises ConfigError."""
    return tuple(_receiver(name, table, directory) for name, table in top.tables("notify"))


def _receiver(name: str, table: Table, directory: Path) -> Receiver:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name):
        raise table.error(None, "needs a name of at most 40 letters, digits, '.', '_' or '-'")
    kind = table.need("type", choice(_TYPES))
    table.only(_KEYS[kind], f"setting of type {shown(kind)}")
    secret = _secret(table, directory)
    severity = table.get("min_severity", choice(_SEVERITIES), _SEVERITIES[0])
    made = Receiver(name, kind, severity, table.items("models", text), secret=secret)
    if kind == "email":
        return _email(made, table)
    if kind == "syslog":
        server = table.get("server", _syslog_server, "/dev/log")
        return Receiver(name, kind, severity, made.models, server=server)
    return made if kind == "bell" else _web(made, table)


def _secret(table: Table, directory: Path) -> SecretPlace | None:
    if "secret_file" in table and "secret_env" in table:
        raise table.error("secret_env", "and 'secret_file' cannot both be given")
    if "secret_file" in table:
        return SecretPlace(file=table.need("secret_file", absolute_path(directory)))
    return SecretPlace(env=table.need("secret_env", _variable)) if "secret_env" in table else None


def _web(made: Receiver, table: Table) -> Receiver:
    allowed = table.get("allow_http", _truth, False)
    url = table.get("url", _url(allowed), _PAGERDUTY if made.type == "pagerduty" else "")
    if made.type == "pagerduty" and made.secret is None:
        raise table.error(None, "needs 'secret_file' or 'secret_env' with the routing key of the service")
    if made.type == "slack" and bool(url) == (made.secret is not None):
        raise table.error(None, "needs the address of the Slack webhook, either as 'url' or in 'secret_file' or 'secret_env'")
    if made.type in ("webhook", "alertmanager") and not url:
        raise table.error(None, "needs 'url'")
    return Receiver(made.name, made.type, made.min_severity, made.models, url, allowed, made.secret)


def _email(made: Receiver, table: Table) -> Receiver:
    host, _ = table.need("server", _server(_PORTS["none"]))
    tls = table.get("tls", choice(_TLS), "none" if is_this_machine(host) else "starttls")
    _, port = table.need("server", _server(_PORTS[tls]))
    if tls == "none" and made.secret is not None and not is_this_machine(host):
        raise table.error("tls", 'is "none": the password would go to another machine in the clear; use "starttls" or "tls"')
    user = table.get("user", text, None)
    if (user is None) != (made.secret is None):
        raise table.error(None, "needs 'user' and a password in 'secret_file' or 'secret_env' together, or neither")
    to = table.items("to", _mailbox)
    if not to:
        raise table.error(None, "needs 'to', a list of addresses such as [\"ops@example.org\"]")
    return Receiver(
        made.name,
        made.type,
        made.min_severity,
        made.models,
        secret=made.secret,
        server=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        tls=tls,
        sender=table.need("from", _mailbox),
        to=to,
        user=user,
    )


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {shown(value)}")
    return value


def _url(allow_http: bool) -> Callable[[object], str]:
    return lambda value: web_address(value, allow_http)


def _server(usual: int) -> Callable[[object], tuple[str, int]]:
    return lambda value: host_and_port(value, usual)


def _syslog_server(value: object) -> str:
    if isinstance(value, str) and value.startswith("/") and "\0" not in value:
        return value
    try:
        host, port = host_and_port(value, _SYSLOG_PORT)
    except ValueError:
        raise ValueError('must be a local socket such as "/dev/log", or a host such as "logs.example.org:514"') from None
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _variable(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError('must be the name of an environment variable, such as "TUIMON_SECRET"')
    return value


def _mailbox(value: object) -> str:
    if not isinstance(value, str) or not _MAILBOX.fullmatch(value) or len(value) > 250:
        raise ValueError(f'must be a plain address such as "ops@example.org", not {shown(value)}')
    return value

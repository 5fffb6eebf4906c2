"""Receivers of alerts as they are written in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuimon.config import ConfigError, Receiver, SecretPlace, Settings, changes, host_and_port, is_this_machine
from tuimon.config.load import parse

FILE = Path("/etc/tuimon/config.toml")


def read(text: str) -> tuple[Receiver, ...]:
    return parse(text.encode(), FILE).receivers


def test_every_type_with_its_defaults() -> None:
    text = """
[notify.hook]
type = "webhook"
url = "https://example.org/a?b=c"
secret_file = "secret"
[notify.am]
type = "alertmanager"
url = "http://alerts:9093"
allow_http = true
min_severity = "critical"
models = ["fraud*"]
[notify.chat]
type = "slack"
secret_env = "SLACK"
[notify.pager]
type = "pagerduty"
secret_file = "/run/key"
[notify.mail]
type = "email"
server = "mail.example.org"
from = "tuimon@example.org"
to = ["ops@example.org"]
[notify.local]
type = "email"
server = "localhost:2525"
from = "tuimon@example.org"
to = ["ops@example.org"]
[notify.log]
type = "syslog"
[notify.far]
type = "syslog"
server = "logs.example.org"
[notify.ring]
type = "bell"
"""
    hook, am, chat, pager, mail, local, log, far, ring = read(text)
    assert (hook.type, hook.min_severity, hook.models, hook.secret) == ("webhook", "warning", (), SecretPlace(file="/etc/tuimon/secret"))
    assert (hook.url, hook.address) == ("https://example.org/a?b=c", "https://example.org")
    assert (am.min_severity, am.models, am.allow_http) == ("critical", ("fraud*",), True)
    assert (chat.url, chat.secret) == ("", SecretPlace(env="SLACK"))
    assert (pager.url, pager.secret) == ("https://events.pagerduty.com/v2/enqueue", SecretPlace(file="/run/key"))
    assert (mail.server, mail.tls, mail.to) == ("mail.example.org:587", "starttls", ("ops@example.org",))
    assert (local.server, local.tls) == ("localhost:2525", "none")
    assert (log.server, far.server, ring.type) == ("/dev/log", "logs.example.org:514", "bell")


def test_none_by_default() -> None:
    assert read("") == Settings().receivers == ()


@pytest.mark.parametrize(
    ("bells", "rings"),
    [([], None), (["critical"], "critical"), (["critical", "warning"], "warning"), ([None], "warning")],
)
def test_the_mildest_bell_counts(bells: list[str | None], rings: str | None) -> None:
    tables = (f"[notify.b{n}]\ntype = 'bell'\n" + (f"min_severity = '{least}'\n" if least else "") for n, least in enumerate(bells))
    hook = "[notify.a]\ntype = 'syslog'\n"
    assert parse((hook + "".join(tables)).encode(), FILE).bell == rings


HOOK = "[notify.a]\ntype = 'webhook'\n"
MAIL = "[notify.a]\ntype = 'email'\nserver = 'm.example.org'\nfrom = 'a@b.org'\n"


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("[notify.a]\n", 1, "notify.a", "needs 'type'"),
        ("[notify.a]\ntype = 'exec'\ncommand = 'rm'\n", 2, "notify.a.type", 'must be "webhook", "alertmanager"'),
        ("[notify.'a b']\ntype = 'bell'\n", 1, "notify.'a b'", "needs a name of at most 40"),
        (HOOK, 1, "notify.a", "needs 'url'"),
        (HOOK + "uri = 'https://x.org'\n", 3, "notify.a.uri", "is not a setting of type 'webhook' here; did you mean 'url'?"),
        (HOOK + "url = 'https://x.org'\nsecret = 'S3CRET'\n", 4, "notify.a.secret", "did you mean 'secret_env'?"),
        (HOOK + "url = 'https://x.org'\nsecret_file = 'a'\nsecret_env = 'B'\n", 5, "notify.a.secret_env", "cannot both be given"),
        (HOOK + "url = 'https://x.org'\nsecret_env = 'S3CRET!'\n", 4, "notify.a.secret_env", "the name of an environment variable"),
        (HOOK + "url = 'http://x.org/S3CRET'\n", 3, "notify.a.url", "or set allow_http = true"),
        (HOOK + "url = 'https://me:S3CRET@x.org/'\n", 3, "notify.a.url", "must hold no user"),
        (HOOK + "url = 'https://169.254.169.254/S3CRET'\n", 3, "notify.a.url", "link-local"),
        (HOOK + "url = 'https://[::ffff:169.254.169.254]/S3CRET'\n", 3, "notify.a.url", "link-local"),
        (HOOK + "url = 'ftp://x.org/S3CRET'\n", 3, "notify.a.url", "begins with https://"),
        (HOOK + "url = 'https://x.org/S3CRET\\u000d\\u000aX: y'\n".replace("'", '"'), 3, "notify.a.url", "no spaces"),
        (HOOK + "url = 'https://x.org:99999/S3CRET'\n", 3, "notify.a.url", "is not a valid address"),
        (HOOK + "url = 'https:///S3CRET'\n", 3, "notify.a.url", "must name a host"),
        (HOOK + "url = 'https://x.org'\nallow_http = 'yes'\n", 4, "notify.a.allow_http", "must be true or false"),
        (HOOK + "url = 'https://x.org'\nmin_severity = 'high'\n", 4, "notify.a.min_severity", '"warning" or "critical"'),
        (HOOK + "url = 'https://x.org'\nmodels = 'fraud'\n", 4, "notify.a.models", "must be a list"),
        ("[notify.a]\ntype = 'slack'\n", 1, "notify.a", "needs the address of the Slack webhook"),
        ("[notify.a]\ntype = 'slack'\nurl = 'https://x.org'\nsecret_env = 'B'\n", 1, "notify.a", "needs the address of the Slack webhook"),
        ("[notify.a]\ntype = 'pagerduty'\n", 1, "notify.a", "routing key"),
        (MAIL, 1, "notify.a", "needs 'to'"),
        (MAIL + "to = ['ops']\n", 5, "notify.a.to", "must be a plain address"),
        (MAIL + 'to = ["a@b.org\\nBcc: c@d.org"]\n', 5, "notify.a.to", "must be a plain address"),
        (MAIL + "to = ['c@d.org']\nuser = 'me'\n", 1, "notify.a", "needs 'user' and a password"),
        (MAIL + "to = ['c@d.org']\nuser = 'me'\nsecret_env = 'P'\ntls = 'none'\n", 8, "notify.a.tls", "in the clear"),
        (MAIL.replace("m.example", "m example") + "to = ['c@d.org']\n", 3, "notify.a.server", "must be a host"),
        ("[notify.a]\ntype = 'syslog'\nserver = 'a/b'\n", 3, "notify.a.server", "must be a local socket"),
        ("[notify.a]\ntype = 'bell'\nurl = 'x'\n", 3, "notify.a.url", "is not a setting of type 'bell' here"),
    ],
)
def test_a_mistake_is_named_and_no_secret_with_it(text: str, line: int, key: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert (caught.value.line, caught.value.key) == (line, key)
    assert message in caught.value.message
    assert caught.value.key == "notify.a.secret_env" or "S3CRET" not in str(caught.value)


def test_what_changed_is_told_without_what_may_be_secret() -> None:
    before, after = (parse((HOOK + f"url = 'https://{host}/S3CRET'\n").encode(), FILE) for host in ("a.org", "b.org"))
    assert changes(before, after) == ("notify.a.address 'https://a.org' -> 'https://b.org'",)
    assert "S3CRET" not in repr(after)


@pytest.mark.parametrize(
    ("text", "found"),
    [("a", ("a", 25)), ("a:1", ("a", 1)), ("[::1]:2", ("::1", 2)), ("[::1]", ("::1", 25)), ("192.0.2.1:65535", ("192.0.2.1", 65535))],
)
def test_a_host_and_its_port(text: str, found: tuple[str, int]) -> None:
    assert host_and_port(text, 25) == found


@pytest.mark.parametrize("text", ["", "a:0", "a:65536", "::1", "a b", "a:1:2", 7])
def test_no_host(text: object) -> None:
    with pytest.raises(ValueError, match="must be a host"):
        host_and_port(text, 25)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.1", False),
        ("localhost.evil.org", False),
    ],
)
def test_this_machine(host: str, here: bool) -> None:
    assert is_this_machine(host) == here

"""Mail servers and syslog: what they say decides, and none may hang us or learn a password in the clear."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.telling.letters import START, letter, receiver
from tests.monitor.telling import servers
from tuimon.config import SecretPlace
from tuimon.monitor.telling import Job, Outcome
from tuimon.monitor.telling.sending import deliver

LIMIT, SHORT = 20.0, 0.25
POLITE = {"": "220 ready", "ehlo": "250-local\r\n250 8BITMIME", "data": "354 go on", ".": "250 queued", "quit": "221 bye"}


def speaking(answers: Mapping[str, str], endless: str = "", greet: bool = True) -> servers.Talk:
    """Answer each command with what is given for its first word, else with 250; `endless` is the one whose answer never ends."""

    def talk(connection: socket.socket, server: servers.Server) -> None:
        if greet:
            connection.sendall(f"{answers['']}\r\n".encode())
        with connection.makefile("rb") as file:
            data = False
            for line in file:
                server.received.append(line)
                word = line.decode(errors="replace").split(" ")[0].strip().lower()
                if data and word != ".":
                    continue
                while word == endless and not server.over.is_set():
                    connection.sendall(b"250-more\r\n" * 1000)
                answer = answers.get(word, "250 fine")
                if answer == "hang":
                    server.over.wait(servers.PATIENCE)
                data = answer.startswith("354")
                connection.sendall(f"{answer}\r\n".encode())

    return talk


def told(port: int, limit: float = LIMIT, **changes: Any) -> Outcome:
    base: dict[str, Any] = {"url": "", "tls": "none", "sender": "tuimon@example.org", "to": ("a@example.org", "b@example.org")}
    made = receiver("email", **{**base, "server": f"127.0.0.1:{port}", **changes})
    (delivery,) = deliver(Job(made, (letter(),), START), limit)
    return delivery.outcome


def test_a_mail_is_handed_over() -> None:
    with servers.serving(speaking(POLITE)) as server:
        assert told(server.port) == Outcome("taken")
    lines = b"".join(server.received).decode().splitlines()
    assert lines[1:4] == ["mail FROM:<tuimon@example.org>", "rcpt TO:<a@example.org>", "rcpt TO:<b@example.org>"]
    assert "Subject: [tuimon] WARNING fraud: amount: PSI 0.15 over 0.10 in the last 1h" in " ".join(lines).replace("  ", " ")


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"": "421 too busy"}, Outcome("failed", "mail server: 421")),
        ({"": "554 go away"}, Outcome("refused", "mail server: 554")),
        ({"mail": "550 no such sender"}, Outcome("refused", "mail server: 550")),
        ({"rcpt": "450 greylisted"}, Outcome("failed", "mail server: 450")),
        ({"rcpt": "550 nobody"}, Outcome("refused", "mail server: 550")),
        ({".": "451 disk full"}, Outcome("failed", "mail server: 451")),
        ({".": "552 too much"}, Outcome("refused", "mail server: 552")),
        ({"": "HTTP/1.1 200 OK"}, Outcome("failed", "mail server: -1")),
        ({"quit": "500 no"}, Outcome("taken")),
    ],
)
def test_the_code_decides(answers: Mapping[str, str], outcome: Outcome) -> None:
    with servers.serving(speaking({**POLITE, **answers})) as server:
        assert told(server.port) == outcome


def test_an_address_that_is_refused_keeps_no_other_from_the_mail() -> None:
    class Picky(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            refuses = key == "rcpt" and self.pop("first", "")
            return "550 nobody" if refuses else super().get(key, default)

    with servers.serving(speaking(Picky({**POLITE, "first": "yes"}))) as server:
        assert told(server.port) == Outcome("taken", "1 of 2 addresses refused by the mail server")


def silent(connection: socket.socket, server: servers.Server) -> None:
    """Hang up without a word."""


def test_who_hangs_closes_or_never_stops_is_tried_again() -> None:
    for talk, limit, reason in (
        (speaking({**POLITE, ".": "hang"}), SHORT, "time-out"),
        (speaking({**POLITE, "": "220-and"}), SHORT, "time-out"),
        (speaking(POLITE, endless="ehlo"), LIMIT, "the connection was closed"),
        (silent, LIMIT, "the connection was closed"),
    ):
        with servers.serving(talk) as server:
            assert told(server.port, limit) == Outcome("failed", reason)


def test_without_the_tls_that_was_asked_for_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret", encoding="utf-8")
    login: dict[str, Any] = {"user": "me", "secret": SecretPlace(file=str(tmp_path / "secret"))}
    with servers.serving(speaking(POLITE)) as server:
        assert told(server.port, tls="starttls", **login) == Outcome("failed", "the mail server offers no TLS or no login")
    with servers.serving(speaking(POLITE)) as other:
        assert told(other.port, tls="tls", **login).reason in ("no TLS connection", "the connection was closed")
    assert all(b"s3cret" not in line and b"AUTH" not in line for line in server.received + other.received)


def test_a_login_is_made_under_tls_alone(tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    login: dict[str, Any] = {"user": "me", "secret": SecretPlace(file=str(tmp_path / "secret"))}
    offering = {**POLITE, "ehlo": "250-local\r\n250 AUTH PLAIN", "auth": "235 welcome"}

    def upgrading(connection: socket.socket, server: servers.Server) -> None:
        connection.sendall(b"220 ready\r\n")
        for answer in (b"250-local\r\n250 STARTTLS\r\n", b"220 go on\r\n"):
            server.received.append(connection.recv(1000))
            connection.sendall(answer)
        with context.wrap_socket(connection, server_side=True) as secured:
            speaking({**offering, "": ""}, greet=False)(secured, server)

    for tls, talk, outer in (("starttls", upgrading, None), ("tls", speaking(offering), context)):
        with servers.serving(talk, outer) as server:
            assert told(0, tls=tls, server=f"localhost:{server.port}", **login) == Outcome("taken")
        said = b"".join(server.received)
        assert base64.b64encode(b"\0me\0s3cret") in said
        assert said.count(b"ehlo") == (2 if tls == "starttls" else 1)
    with servers.serving(speaking({**offering, "auth": "535 wrong"}), context) as server:
        assert told(0, tls="tls", server=f"localhost:{server.port}", **login) == Outcome("refused", "mail server: 535")


def test_syslog_by_the_local_socket_and_over_the_network(tmp_path: Path) -> None:
    path = str(tmp_path / "log")
    local, remote = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with local, remote:
        local.bind(path)
        remote.bind(("127.0.0.1", 0))
        for listener, server in ((local, path), (remote, f"127.0.0.1:{remote.getsockname()[1]}")):
            listener.settimeout(servers.PATIENCE)
            (delivery,) = deliver(Job(receiver("syslog", url="", server=server), (letter(),), START))
            assert delivery.outcome == Outcome("taken")
            assert listener.recv(2000).startswith(b"<28>")
    with suppress(FileNotFoundError):
        Path(path).unlink()
    (delivery,) = deliver(Job(receiver("syslog", url="", server=path), (letter(),), START))
    assert delivery.outcome == Outcome("failed", "No such file or directory")

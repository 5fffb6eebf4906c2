"""A POST to receivers that take it, refuse it, and misbehave in every way; none may hang us, lead us elsewhere or learn a secret."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.alerts.telling.letters import START, letter, receiver
from tests.monitor.telling import servers
from tuimon.alerts.telling.parcels import Web
from tuimon.config import SecretPlace
from tuimon.monitor.telling import Delivery, Job, Outcome
from tuimon.monitor.telling.outcome import SendError
from tuimon.monitor.telling.sending import deliver
from tuimon.monitor.telling.web import post

LIMIT = 20.0
SHORT = 0.25
"""Seconds for what must end by the limit."""


def told(port: int, limit: float = LIMIT, path: str = "/hook") -> Outcome:
    """What becomes of one letter for a webhook on a port."""
    made = receiver(url=f"http://127.0.0.1:{port}{path}")
    (delivery,) = deliver(Job(made, (letter(),), START), limit)
    assert delivery.last
    return delivery.outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("200 OK", Outcome("taken")),
        ("204 No Content", Outcome("taken")),
        ("500 Internal Server Error", Outcome("failed", "500")),
        ("503 Unavailable\r\nRetry-After: 7", Outcome("failed", "503", 7.0)),
        ("429 Too Many Requests\r\nRetry-After: Fri, 20 Mar 2026 09:47:40 GMT", Outcome("failed", "429", 60.0)),
        ("429 Too Many Requests\r\nRetry-After: soon", Outcome("failed", "429")),
        ("408 Request Timeout", Outcome("failed", "408")),
        ("400 Bad Request", Outcome("refused", "400")),
        ("401 Unauthorized\r\nRetry-After: 5", Outcome("refused", "401")),
        ("404 Not Found", Outcome("refused", "404")),
    ],
)
def test_the_status_decides(answer: str, outcome: Outcome) -> None:
    with servers.serving(servers.answers(answer)) as server:
        assert told(server.port) == outcome
    (request,) = server.received
    assert request.startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"Host: 127.0.0.1" in request


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with servers.serving(servers.answers("200 OK")) as other:
        place = f"http://127.0.0.1:{other.port}/elsewhere"
        with servers.serving(servers.answers(f"{status} Moved\r\nLocation: {place}")) as server:
            assert told(server.port) == Outcome("failed", f"{status}, a redirect, which is not followed")
    assert other.received == []


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        (servers.hangs, "time-out"),
        (servers.drips, "time-out"),
        (servers.closes, "the connection was closed"),
        (servers.garbage, "no valid HTTP answer"),
        (servers.endless_head, "no valid HTTP answer"),
    ],
)
def test_who_misbehaves_is_tried_again(talk: servers.Talk, reason: str) -> None:
    with servers.serving(talk) as server:
        assert told(server.port, SHORT if reason == "time-out" else LIMIT) == Outcome("failed", reason)
    assert len(server.received) <= 1


def test_an_answer_without_end_is_taken_and_left() -> None:
    with servers.serving(servers.endless) as server:
        assert told(server.port) == Outcome("taken")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert told(port) == Outcome("failed", "connection refused")


def test_tls_is_held_to_its_certificate(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    with servers.serving(servers.answers("200 OK"), context) as server:
        content = Web(f"https://localhost:{server.port}/", (("Content-Type", "application/json"),), b"{}")
        with pytest.raises(SendError, match="certificate is not trusted"):
            post(content, False, START, LIMIT)
        assert post(content, False, START, LIMIT, trusting) == Outcome("taken")
        elsewhere = Web(content.url.replace("localhost", "127.0.0.1"), content.headers, content.body)
        with pytest.raises(SendError, match="certificate is not trusted"):
            post(elsewhere, False, START, LIMIT, trusting)
    assert len(server.received) == 1


def test_no_tls_where_tls_is_asked_for_and_a_handshake_that_hangs() -> None:
    content = Web("https://127.0.0.1:{}/", (), b"{}")

    def silent(connection: socket.socket, server: servers.Server) -> None:
        server.over.wait(servers.PATIENCE)

    def plain(connection: socket.socket, server: servers.Server) -> None:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    for talk, limit, reason in ((silent, SHORT, "time-out"), (plain, LIMIT, "no TLS connection")):
        with servers.serving(talk) as server, pytest.raises(SendError, match=reason):
            post(Web(content.url.format(server.port), (), b"{}"), False, START, limit)


def test_a_name_may_not_lead_to_other_machines_or_where_credentials_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def connected_to(peer: str) -> Callable[..., socket.socket]:
        class Faked(socket.socket):
            def getpeername(self) -> tuple[str, int]:
                return peer, 80

        return lambda *_, **__: Faked()

    for peer, url, reason in (
        ("169.254.169.254", "https://metadata.example.org/", "link-local"),
        ("fe80::1", "https://metadata.example.org/", "link-local"),
        ("::ffff:169.254.169.254", "https://metadata.example.org/", "link-local"),
        ("192.0.2.7", "http://localhost/", "another machine"),
    ):
        monkeypatch.setattr("tuimon.monitor.telling.web.socket.create_connection", connected_to(peer))
        with pytest.raises(SendError, match=reason):
            post(Web(url, (), b"{}"), False, START, LIMIT)


def deliveries(secret: SecretPlace, kind: str = "slack", url: str = "") -> list[Delivery]:
    return list(deliver(Job(receiver(kind, url=url, secret=secret), (letter(),), START), LIMIT))


def test_the_secret_is_read_for_each_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "secret"
    with servers.serving(servers.answers("200 OK")) as server:
        for token in ("one", "two"):
            place.write_text(f"http://127.0.0.1:{server.port}/{token}\n", encoding="utf-8")
            assert [item.outcome.kind for item in deliveries(SecretPlace(file=str(place)))] == ["taken"]
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{server.port}/three")
        assert [item.outcome.kind for item in deliveries(SecretPlace(env="HOOK"))] == ["taken"]
    assert [request.split()[1] for request in server.received] == [b"/one", b"/two", b"/three"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "secret_file cannot be read: No such file or directory"),
        (b"\n", "secret_file is empty"),
        (b"s3cret\x00s3cret", "secret_file does not hold one line of plain text"),
        (b"s3cret\ns3cret", "secret_file does not hold one line of plain text"),
        (b"s3cret" * 10_000, "secret_file does not hold one line of plain text"),
        (b"s3cret", "its address must be an address that begins with https:// and has no spaces"),
        (b"http://example.org/s3cret", "its address is http:// to another machine"),
        (b"https://169.254.169.254/s3cret", "its address leads to a link-local address"),
        (b"https://me:s3cret@example.org/", "its address must hold no user, password or #part"),
    ],
)
def test_a_secret_that_cannot_be_used_is_named_and_not_told(tmp_path: Path, content: bytes | None, reason: str) -> None:
    place = tmp_path / "secret"
    if content is not None:
        place.write_bytes(content)
    (delivery,) = deliveries(SecretPlace(file=str(place)))
    assert delivery.outcome.kind == "failed"
    assert delivery.outcome.reason.startswith(reason)
    assert "s3cret" not in repr(delivery)


def test_a_variable_that_is_not_set_and_a_pipe_without_a_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    assert deliveries(SecretPlace(env="HOOK"))[0].outcome == Outcome("failed", "secret_env is not set")
    os.mkfifo(tmp_path / "pipe")
    assert deliveries(SecretPlace(file=str(tmp_path / "pipe")))[0].outcome == Outcome("failed", "secret_file is empty")


def test_the_first_failure_ends_a_job_so_that_nothing_is_overtaken() -> None:
    letters = tuple(letter(column=name) for name in "abc")
    with servers.serving(servers.answers("202 Accepted", "500 Oops")) as server:
        made = receiver("pagerduty", url=f"http://127.0.0.1:{server.port}/")
        found = list(deliver(Job(made, letters, START), LIMIT))
    assert [(item.letters, item.outcome.kind, item.last) for item in found] == [
        ((letters[0],), "taken", False),
        ((letters[1],), "failed", True),
    ]
    assert len(server.received) == 2

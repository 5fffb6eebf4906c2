"""The real Alertmanager takes what it is posted, and its own webhook says what ours says."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.telling.letters import letter, receiver
from tests.monitor.telling import servers
from tuimon.alerts.telling import Letter
from tuimon.alerts.telling.webhook import payload
from tuimon.monitor.telling import Job, Outcome
from tuimon.monitor.telling.sending import deliver

PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="needs Alertmanager (Debian package prometheus-alertmanager)"),
]
CONFIG = """
route: {{receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers: [{{name: hook, webhook_configs: [{{url: 'http://127.0.0.1:{port}/', send_resolved: true}}]}}]
"""
PATIENCE = 40.0


@pytest.fixture
def hook() -> Iterator[servers.Server]:
    with servers.serving(servers.answers("200 OK\r\nConnection: close")) as server:
        yield server


@pytest.fixture
def alertmanager(tmp_path: Path, hook: servers.Server) -> Iterator[str]:
    (tmp_path / "config.yml").write_text(CONFIG.format(port=hook.port), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = [f"--config.file={tmp_path}/config.yml", f"--storage.path={tmp_path}/data", f"--web.listen-address={address}"]
    assert PROGRAM is not None
    with subprocess.Popen(
        [PROGRAM, *options, "--cluster.listen-address="], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            until(lambda: get(f"http://{address}/api/v2/status"))
            yield f"http://{address}"
        finally:
            process.terminate()


def until(look: Any) -> Any:
    """Return what `look` finds, as soon as it finds something: another program is waited for."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("Alertmanager did not do it")


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
        return json.load(answer)


def post(url: str, *letters: Letter) -> None:
    (delivery,) = deliver(Job(receiver("alertmanager", url=url), letters, time.time()))
    assert delivery.outcome == Outcome("taken")


def hooked(hook: servers.Server, status: str) -> Any:
    """The last message with a status."""
    found = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in hook.received]
    return next((message for message in reversed(found) if message["status"] == status), None)


def test_an_alert_fires_grows_worse_and_is_resolved(alertmanager: str, hook: servers.Server) -> None:
    began = time.time() - 5
    fired = letter(since=began, column='ä"\\{}', model="fräud")
    post(alertmanager, fired)
    post(alertmanager, replace(fired, told="warning"))
    message = until(lambda: hooked(hook, "firing"))
    ours = payload("hook", [fired])
    assert set(message) - {"truncatedAlerts"} == set(ours) - {"truncatedAlerts"}
    (theirs,) = message["alerts"]
    assert set(theirs) == set(ours["alerts"][0])
    for name in ("status", "labels", "annotations", "startsAt"):
        assert theirs[name] == ours["alerts"][0][name], name

    worse = replace(fired, told="warning", episode=replace(fired.episode, severity="critical"))
    post(alertmanager, worse)
    until(lambda: [alert["labels"]["severity"] for alert in get(f"{alertmanager}/api/v2/alerts")] == ["critical"])

    over = replace(worse, told="critical", episode=replace(worse.episode, ended=time.time()))
    post(alertmanager, over)
    until(lambda: get(f"{alertmanager}/api/v2/alerts") == [])
    resolved = until(lambda: hooked(hook, "resolved"))
    assert {alert["status"] for alert in resolved["alerts"]} == {"resolved"}
    # A second end, and one of an alert that was never there, are taken and told to nobody.
    many = len(hook.received)
    post(alertmanager, over)
    post(alertmanager, replace(over, told=None, episode=replace(over.episode, column="never")))
    assert get(f"{alertmanager}/api/v2/alerts") == []
    assert len(hook.received) == many

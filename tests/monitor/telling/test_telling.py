"""From a log line to a receiver, with the store in between."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest

from tests.alerts.telling.letters import START as NOON
from tests.alerts.telling.letters import letter, receiver
from tests.monitor import logs
from tests.monitor.running import running
from tests.monitor.telling import servers
from tests.monitor.telling.test_rounds import Fake
from tuimon.config import Keep
from tuimon.monitor.engine import LiveEngine
from tuimon.monitor.session import Session
from tuimon.monitor.telling import Courier, Delivery, Job, Outcome, Rounds
from tuimon.store import Judged, Store
from tuimon.values.alert import Event

TEXT = """
refresh = "200ms"
[sources.fraud]
paths = ["app.jsonl"]
[baseline]
first = "100 rows"
[windows]
widths = ["5m"]
min_rows = 50
[thresholds]
error_rate = {{ warning = 0.05, critical = 0.3 }}
[notify.ops]
type = "webhook"
url = "http://127.0.0.1:{port}/S3CRET"
"""
NOW = logs.START + 605.0


def troubled(place: Path) -> None:
    """Ten minutes, every second row of the last five an error."""
    rows = logs.traffic(600, 1, 1)
    rows.error[300:] = np.arange(300) % 2 == 0
    logs.write(place / "app.jsonl", rows)


def told(server: servers.Server) -> list[dict[str, Any]]:
    return [alert for request in server.received for alert in json.loads(request.partition(b"\r\n\r\n")[2])["alerts"]]


def opened(place: Path, rounds: Rounds | None, port: int = 9, now: float = NOW) -> Session:
    session = Session(logs.settings(place, TEXT.format(port=port)), place / "state", lambda: now, rounds=rounds)
    session.begin()
    return session


def test_the_console_tells_what_fires(tmp_path: Path) -> None:
    troubled(tmp_path)
    heard = servers.answers("500 Oops", "200 OK")
    with servers.serving(heard) as server, running(tmp_path, TEXT.format(port=server.port)) as found:
        found.until(lambda _: len(server.received) >= 1)
        assert not found.engine.failure
    assert {alert["labels"]["alertname"] for alert in told(server)} == {"error_rate"}
    assert told(server)[0]["status"] == "firing"


def test_check_tells_nobody_and_the_console_after_it_does(tmp_path: Path) -> None:
    troubled(tmp_path)
    session = opened(tmp_path, None)
    assert any(alert.state == "firing" for alert in logs.look(session).alerts)
    session.tell()
    session.close()
    courier = Fake([])
    session = opened(tmp_path, Rounds(courier))
    logs.look(session)
    session.tell()
    session.close()
    assert [item.episode.rule for item in courier.arrived] == ["error_rate"]


def test_a_receiver_that_is_saved_into_the_file_hears_what_fires_and_one_that_is_taken_out_nothing(tmp_path: Path) -> None:
    troubled(tmp_path)
    courier = Fake(["failed"])
    session = opened(tmp_path, Rounds(courier))
    for name, heard in (("ops", []), ("new", ["new"]), ("new", ["new"])):
        session.reconfigure(logs.settings(tmp_path, TEXT.format(port=9).replace("ops", name)))
        logs.look(session)
        session.tell()
        assert [item.receiver for item in courier.arrived] == heard
    session.close()
    assert [job.receiver.name for job in courier.jobs] == ["ops", "new"]


def test_old_logs_tell_nobody(tmp_path: Path) -> None:
    troubled(tmp_path)
    courier = Fake([])
    session = opened(tmp_path, Rounds(courier), now=NOW + 7200)
    assert any(alert.rule == "error_rate" and alert.state == "firing" for alert in logs.look(session).alerts)
    session.tell()
    session.close()
    assert [item.episode.rule for item in courier.arrived if item.episode.rule != "stale"] == []


def test_letters_are_kept_with_the_states_and_go_when_taken(tmp_path: Path) -> None:
    troubled(tmp_path)
    session = opened(tmp_path, Rounds(Fake([])))
    logs.look(session)
    session.abandon()
    courier = Fake(["lost"])
    session = opened(tmp_path, Rounds(courier))
    session.tell()
    session.abandon()
    rounds = Rounds(again := Fake(["taken"]))
    session = opened(tmp_path, rounds)
    session.tell()
    session.tell(last=True)
    session.close()
    assert courier.arrived == again.arrived != []
    store = Store.open(tmp_path / "state", Keep())
    assert ['"told":"critical"' in text for text in store.load_letters()] == [True]
    assert all("S3CRET" not in text for text in store.load_letters())
    store.close()


CHILD = """
import sys
from pathlib import Path
from tests.monitor.telling.test_telling import tell_and_wait
tell_and_wait(Path(sys.argv[1]), int(sys.argv[2]))
"""


def tell_and_wait(place: Path, port: int) -> None:
    """Judge what is there, hand it to a courier, and do nothing with the answer."""
    session = opened(place, Rounds(Courier()), port)
    logs.look(session)
    session.tell()
    sys.stdin.read()


def test_killed_after_the_receiver_had_it_the_same_is_sent_again_and_then_no_more(tmp_path: Path) -> None:
    troubled(tmp_path)
    heard: Queue[None] = Queue()

    def talk(connection: socket.socket, server: servers.Server) -> None:
        servers.answers("200 OK")(connection, server)
        heard.put(None)

    with servers.serving(talk) as server:
        for _ in range(2):
            with subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), str(server.port)], stdin=subprocess.PIPE) as child:
                heard.get(timeout=servers.PATIENCE)
                child.kill()
        for expected in (3, 3):
            courier = Courier()
            session = opened(tmp_path, Rounds(courier), server.port)
            session.tell()
            courier.stop(servers.PATIENCE)
            session.tell(last=True)
            session.close()
            assert len(server.received) == expected
    assert {alert["annotations"]["dedup_key"] for alert in told(server)} == {"error_rate/fraud//#1"}


def test_a_refusal_is_in_the_log_and_failing_is_a_notice(tmp_path: Path) -> None:
    troubled(tmp_path)
    clock = [NOW]
    rounds = Rounds(Fake(["failed", "failed", "refused"]))
    session = Session(logs.settings(tmp_path, TEXT.format(port=9)), tmp_path / "state", lambda: clock[0], rounds=rounds)
    session.begin()
    logs.look(session)
    said: list[tuple[str, ...]] = []
    for _ in range(6):
        session.tell()
        said.append(session.notices())
        clock[0] += 70
    begun = datetime.fromtimestamp(NOW + 70, UTC)
    assert said[2:4] == [(f"notify ops: 503 since {begun:%H:%M}, 1 waiting",)] * 2
    snapshot = logs.look(session)
    assert [event.text for event in snapshot.events if event.kind == "notify"] == ["notify ops: 1 message refused for good (503)"]
    assert "S3CRET" not in repr((snapshot, said))
    session.close()


def test_a_store_without_an_outbox_gets_one(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    store._database.run("DROP TABLE outbox")
    store.close()
    store = Store.open(tmp_path, Keep())
    key = ("ops", "a", 1)
    store.save_letters({key: "one", ("ops", "b", 1): "two"}, [Event(NOON, "notify", "warning", "x")])
    store.save_letters({key: "three"}, [])
    store.save_judged(Judged("{}", {}, letters={("ops", "b", 1): None}))
    store.close()
    store = Store.open(tmp_path, Keep())
    assert store.load_letters() == ("three",)
    assert [event.text for event in store.events()] == ["x"]
    store.close()


def test_a_hanging_receiver_delays_neither_refresh_nor_end(tmp_path: Path) -> None:
    troubled(tmp_path)
    with servers.serving(servers.hangs) as server, running(tmp_path, TEXT.format(port=server.port)) as found:
        found.until(lambda _: bool(server.received))
        for _ in range(3):
            found.until(lambda snapshot: snapshot.ingest.rows == 600)
    store = Store.open(tmp_path / "state", Keep())
    assert len(store.load_letters()) == 1
    store.close()


def test_a_courier_outlives_what_it_cannot_send_and_stops() -> None:
    def broken(job: Job) -> Any:
        if job.at == NOON:
            raise ValueError("S3CRET")
        yield Delivery(job.receiver, job.letters, Outcome("taken"), last=True)

    courier = Courier(broken)
    for at in (NOON, NOON + 1):
        courier.hand(Job(receiver(), (letter(),), at))
    courier.stop(servers.PATIENCE)
    assert [item.outcome for item in courier.deliveries()] == [Outcome("failed", "ValueError"), Outcome("taken")]


def test_a_courier_that_was_never_needed_stops_at_once(tmp_path: Path) -> None:
    engine = LiveEngine(logs.settings(tmp_path, TEXT.format(port=9)), tmp_path / "state", "test", clock=lambda: NOW)
    engine.open()
    assert engine.stop(servers.PATIENCE)


@pytest.mark.parametrize("name", ["ops", "other"])
def test_deliveries_of_receivers_that_are_gone_are_dropped(tmp_path: Path, name: str) -> None:
    courier = Fake(["refused"])
    rounds = Rounds(courier)
    courier.hand(Job(receiver(name=name), (letter(receiver=name),), NOON))
    session = opened(tmp_path, rounds)
    session.tell()
    assert [event.text for event in session.store.events()] == ([] if name == "other" else ["notify ops: 1 message refused for good (503)"])
    session.close()

"""`tuimon silence`: alone, beside a console, and with what it cannot understand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import held, parsed, place, printed
from tests.monitor import logs
from tests.monitor.running import running
from tuimon.monitor.feed import Hush, Unhush
from tuimon.monitor.inbox import FOLDER, Errand, put, take

__all__ = ["place"]
"""A fixture."""


@pytest.fixture(autouse=True)
def alice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "alice")


def drifting(place: Path) -> None:
    logs.write(place / "app.jsonl", logs.traffic(4_000, 2, seed=4, start=logs.START + 1_200, shift=1.0), mode="a")


def test_what_is_silenced_does_not_count_for_check_until_it_is_ended(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drifting(place)
    assert parsed(capsys, "check")[0] == 2
    code, found = parsed(capsys, "silence", "column=am*", "model=fraud", "--for", "2h", "--note", "a retrain")
    assert code == 0
    assert [(one["by"], one["note"], one["what"]) for one in found] == [("alice", "a retrain", "model=fraud column=am*")]
    number = found[0]["number"]
    code, report = parsed(capsys, "check")
    assert report["status"] in ("ok", "warning")
    assert all(alert["silenced"]["number"] == number for alert in report["alerts"] if alert["column"] == "amount")
    assert parsed(capsys, "silence")[1] == report["silences"]
    assert parsed(capsys, "silence", "--end", str(number)) == (0, [])
    assert parsed(capsys, "check")[0] == 2
    again = parsed(capsys, "silence", "rule=psi", "--for", "1h")[1][0]["number"]
    assert again != number, "a late end must not meet another silence"


def test_the_list_is_for_people_as_well(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "check")
    assert printed(capsys, "silence")[1] == "no silence holds\n"
    out = printed(capsys, "silence", "rule=psi", "--for", "30m")[1]
    assert out.split()[1] == "until"
    assert out.endswith("by alice  rule=psi\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rule=psi",), "say for how long"),
        (("rule=psi", "--for", "soon"), "must be a duration"),
        (("psi", "--for", "1h"), "which alerts is said as rule="),
        (("colour=red", "--for", "1h"), "which alerts is said as rule="),
        (("--for", "1h"), "say which alerts"),
        (("rule=psi", "--for", "0"), "say for how long"),
        (("rule=psi", "rule=js", "--for", "1h"), "rule is given twice"),
        (("--end", "7"), "there is no silence 7"),
        (("--end", "7", "rule=psi"), "takes the number of a silence, and nothing else"),
    ],
)
def test_what_cannot_be_understood_silences_nothing(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    printed(capsys, "check")
    code, _, err = printed(capsys, "silence", *arguments)
    assert code == 3
    assert said in err
    assert parsed(capsys, "silence")[1] == []


def test_before_anything_was_read_it_says_so_and_makes_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = printed(capsys, "silence", "rule=psi", "--for", "1h")
    assert (code, "nothing was read yet" in err) == (3, True)
    assert not (place / "state").exists()


def test_beside_whoever_holds_the_store_it_is_left_to_them(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "check")
    with held(place) as holder:
        code, _, err = printed(capsys, "silence", "rule=psi", "--for", "1h", "--note", "deploy")
        assert (code, str(holder.pid) in err) == (0, True)
    (found,) = take(place / "state")
    assert found == Errand("alice", hush=Hush(3_600.0, rule="psi", note="deploy"))
    assert list(take(place / "state")) == []


def test_an_open_console_takes_it_at_its_next_refresh(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(600, 1, seed=3))
    with running(tmp_path) as run:
        run.until(lambda snapshot: snapshot.ingest.rows == 600)
        put(tmp_path / "state", Errand("bob", hush=Hush(3_600.0, model="fraud", note="deploy")))
        (one,) = run.until(lambda snapshot: bool(snapshot.silences)).silences
        assert (one.by, one.note, one.what) == ("bob", "deploy", "model=fraud")
        put(tmp_path / "state", Errand("bob", unhush=Unhush(one.number)))
        run.until(lambda snapshot: not snapshot.silences)


@pytest.mark.parametrize("data", [b"", b"{", b'{"by": 1}', b"\xff" * 99, json.dumps({"by": "x", "hush": {"seconds": "long"}}).encode()])
def test_what_is_no_errand_is_passed_over_once(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "1.json").write_bytes(data)
    (tmp_path / FOLDER / ".half").write_bytes(b"x")
    (tmp_path / FOLDER / "2.json").symlink_to("/etc/passwd")
    put(tmp_path, Errand("alice", unhush=Unhush(1)))
    assert list(take(tmp_path)) == [Errand("alice", unhush=Unhush(1))]
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [".half", "2.json"]


def test_errands_are_taken_in_their_order(tmp_path: Path) -> None:
    asked: list[Any] = [Errand("alice", unhush=Unhush(number)) for number in range(5)]
    for request in asked:
        put(tmp_path, request)
    assert list(take(tmp_path)) == asked


def test_an_errand_that_could_not_be_done_is_there_for_the_next_time(tmp_path: Path) -> None:
    put(tmp_path, Errand("alice", unhush=Unhush(1)))
    for errand in take(tmp_path):
        assert errand.unhush == Unhush(1)
        break
    assert list(take(tmp_path)) == [Errand("alice", unhush=Unhush(1))]
    assert list(take(tmp_path)) == []

"""Every command as a user runs it: what it prints, and its exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.monitor import logs
from tests.monitor.telling.servers import answers, serving
from tuimon.cli import reading
from tuimon.cli.main import run
from tuimon.config import Settings
from tuimon.store import Store

CONFIG = '[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\nsource = "baseline.parquet"\n'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with healthy logs, a baseline and a configuration, as the working directory."""
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(3_000, 1, seed=1))
    logs.write(tmp_path / "app.jsonl", logs.traffic(1_200, 1, seed=2))
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run([*arguments, "--state", "state"])
    found = capsys.readouterr()
    return code, found.out, found.err


def parsed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code, out, _ = printed(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_ingest_reads_everything_once(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        code, totals = parsed(capsys, "ingest")
        assert code == 0
        assert (totals["files"], totals["lines"], totals["rows"], totals["rejected"]) == (1, 1_200, 1_200, 0)
    logs.write(place / "app.jsonl", logs.traffic(10, 1, seed=3, start=logs.START + 1_200), mode="a")
    assert parsed(capsys, "ingest")[1]["rows"] == 1_210


def test_check_of_healthy_logs_is_ok(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = parsed(capsys, "check")
    assert (code, report["status"], report["schema"], report["alerts"]) == (0, "ok", 1, [])
    (model,) = report["models"]
    assert model["window"]["rows"] == model["latency_ms"]["rows"] > 0
    assert {row["column"] for row in model["drift"]} == {"amount", "country", "prediction", "score"}


def test_check_of_a_drift_is_critical_and_says_so(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.write(place / "app.jsonl", logs.traffic(4_000, 2, seed=4, start=logs.START + 1_200, shift=1.0), mode="a")
    code, out, _ = printed(capsys, "check")
    assert code == 2
    assert "CRITICAL" in out
    assert "amount: PSI" in out


def test_without_a_terminal_it_prints_the_report_of_check(place: Path) -> None:
    command = [sys.executable, "-m", "tuimon", "--state", "state"]
    found = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=50, check=False)
    assert found.returncode == 0
    assert "fraud: historic" in found.stdout
    assert "\x1b" not in found.stdout


def test_a_directory_needs_no_configuration(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "logs").mkdir()
    shutil.move(place / "app.jsonl", place / "logs" / "app.jsonl")
    code, report = parsed(capsys, "check", "logs")
    assert code in (0, 1, 2)
    assert report["ingest"]["rows"] == 1_200


def test_rejects_are_listed_with_place_and_reason(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (place / "app.jsonl").open("ab") as file:
        file.write(b'{"torn": \n\nnot json \x1b]52;c;eA==\x1b\\ [/]\n')
    code, found = parsed(capsys, "rejects")
    assert code == 0
    assert [reject["line"] for reject in found] == [1_201, 1_203]
    assert all(reject["reason"] for reject in found)
    assert "\x1b" not in json.dumps(found)
    code, _, _ = printed(capsys, "rejects", "--export", "out.jsonl")
    assert len((place / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert printed(capsys, "rejects", "--export", "out.jsonl")[0] == 3


def test_verify_proves_the_books(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "ingest")
    code, found = parsed(capsys, "verify")
    assert (code, found["ok"]) == (0, True)
    assert sum(line["lines"] for line in found["generations"] if line["file"].endswith("app.jsonl")) == 1_200


def test_forget_deletes_rows_and_keeps_counts(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = parsed(capsys, "check")[1]["models"][0]
    assert parsed(capsys, "forget", "--id", "2-17")[1] == {"changed": 1}
    assert parsed(capsys, "forget", "--column", "country")[1]["changed"] > 0
    after = parsed(capsys, "check")[1]["models"][0]
    assert after["totals"] == before["totals"]
    assert after["latency_ms"] == before["latency_ms"]
    assert parsed(capsys, "verify")[1]["ok"] is True


def test_doctor_names_what_is_wrong(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = parsed(capsys, "doctor")
    by_check = {line["check"]: line for line in found}
    assert by_check["python"]["ok"] is True
    assert by_check["configuration"]["ok"] is True
    (place / "config.toml").write_text("[sources.x]\npathz = []\n", encoding="utf-8")
    code, found = parsed(capsys, "doctor")
    assert code == 2
    assert any("pathz" in line["found"] and not line["ok"] for line in found)


def test_notify_test_sends_an_alert_and_its_end(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(answers("200 OK", "200 OK", "404 Not Found", "500 Oops")) as server:
        with (place / "config.toml").open("a", encoding="utf-8") as file:
            file.write(f'[notify.ops]\ntype = "webhook"\nurl = "http://127.0.0.1:{server.port}/S3CRET"\n')
        assert parsed(capsys, "notify-test", "ops") == (0, {"receiver": "ops", "ok": True, "found": "took a test alert and its end"})
        assert parsed(capsys, "notify-test", "ops") == (2, {"receiver": "ops", "ok": False, "found": "refused for good: 404"})
        assert parsed(capsys, "notify-test", "ops") == (2, {"receiver": "ops", "ok": False, "found": "could not be told: 500"})
    assert [b'"status":"firing"' in request for request in server.received] == [True, False, True, True]
    assert run(["notify-test", "opps"]) == 3
    assert "did you mean 'ops'?" in capsys.readouterr().err


def test_doctor_looks_at_receivers_and_tells_no_secret(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "good").write_text("https://hooks.example.org/S3CRET\n", encoding="utf-8")
    (place / "good").chmod(0o600)
    (place / "open").write_text("S3CRET", encoding="utf-8")
    (place / "open").chmod(0o644)
    monkeypatch.setenv("PLAIN", "http://hooks.example.org/S3CRET")
    with (place / "config.toml").open("a", encoding="utf-8") as file:
        for name, rest in {
            "fine": 'type = "slack"\nsecret_file = "good"',
            "plain": 'type = "slack"\nsecret_env = "PLAIN"',
            "lost": 'type = "pagerduty"\nsecret_file = "nowhere"',
            "seen": 'type = "webhook"\nurl = "https://example.org/S3CRET"\nsecret_file = "open"',
            "log": 'type = "syslog"\nserver = "/nowhere/log"',
        }.items():
            file.write(f"[notify.{name}]\n{rest}\n")
    code, found = parsed(capsys, "doctor")
    said = {line["check"]: line for line in found if line["check"].startswith("notify ")}
    assert [line["ok"] for line in said.values()] == [True, False, False, False, False]
    assert said["notify fine"]["found"] == "slack"
    assert "is http:// to another machine" in said["notify plain"]["found"]
    assert said["notify lost"]["found"].endswith("secret_file cannot be read: No such file or directory")
    assert said["notify seen"]["found"] == "webhook https://example.org: others may read the secret file"
    assert code == 2
    assert "S3CRET" not in str(found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "nowhere"), "nowhere: there is no such directory"),
        (("check", "app.jsonl"), "is not a directory"),
        (("check", "-c", "missing.toml"), "missing.toml: there is no such configuration file"),
        (("check", "--frobnicate"), "--frobnicate"),
        (("forget",), "say what to forget"),
        (("forget", "--before", "yesterday"), "yesterday"),
        (("demo", "--headless"), "--seconds"),
    ],
)
def test_bad_usage_is_one_sentence_and_three(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = printed(capsys, *arguments)
    assert (code, out) == (3, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[sources.x]\npaths = ["a"]\n[windows]\nmin_row = 3\n', ":4:"),
        ('[sources.x]\npaths = ["a"]\n[thresholds]\nerror_rate = { warning = -1 }\n', ":4:"),
        ('[sources.x]\npaths = "a\n', ":2:"),
        ('[sources.x]\npaths = ["a"]\nrefresh = true\n', ":3:"),
    ],
)
def test_a_bad_configuration_is_named_with_its_line(place: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    (place / "config.toml").write_text(text, encoding="utf-8")
    code, _, err = printed(capsys, "check")
    assert code == 3
    assert said in err
    assert err.count("\n") == 1


def test_an_empty_directory_is_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    code, out, err = printed(capsys, "check", "empty")
    assert code == 3
    assert "UNKNOWN" in out
    assert "no prediction logs found in" in err


def test_logs_without_any_time_are_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.jsonl").write_text('{"features": {"a": 1.5}, "prediction": 1}\n' * 50, encoding="utf-8")
    code, _, err = printed(capsys, "check", "logs")
    assert code == 3
    assert "time" in err
    assert "app.jsonl" in err


@contextmanager
def held(place: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process open the store until its stdin is closed."""
    code = "import sys, time; from pathlib import Path; from tuimon.config import Keep; from tuimon.store import Store\n"
    code += "store = Store.open(Path('state'), Keep()); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=place, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        yield holder
        assert holder.stdin is not None
        holder.stdin.close()


def test_a_locked_store_names_the_process(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.0)
    with held(place) as holder:
        found, out, err = printed(capsys, "ingest")
        assert (found, out) == (3, "")
        assert str(holder.pid) in err


@pytest.mark.parametrize("command", ["ingest", "check"])
def test_a_store_that_is_locked_for_a_moment_is_waited_for(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    with held(place) as holder:

        def pause(_: float) -> None:
            holder.communicate()

        monkeypatch.setattr(reading, "PATIENCE", 1e9)
        monkeypatch.setattr("time.sleep", pause)
        found, out, _ = printed(capsys, command, "--json")
        assert found in (0, 2)
        assert json.loads(out)


def test_a_check_beside_a_check_reports_what_that_one_found(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, out, _ = printed(capsys, "check", "--json")
    with held(place):
        second, again, err = printed(capsys, "check", "--json")
    assert (second, json.loads(again)) == (first, json.loads(out))
    assert "another tuimon holds the store" in err


@pytest.mark.parametrize("command", ["check", "ingest", "verify", "rejects", "doctor", "forget", "silence"])
def test_commands_for_scripts_never_load_the_console(place: Path, command: str) -> None:
    code = (
        "import sys\nfrom tuimon.cli.main import run\n"
        f"run(['{command}', '--state', 'state'])\nsys.stderr.write('textual' if 'textual' in sys.modules else 'lean')"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, timeout=50, check=True)
    assert found.stderr.endswith("lean")


def test_the_version_is_told_without_loading_anything_heavy() -> None:
    code = "import sys\ntry:\n    from tuimon.cli.main import run; run(['--version'])\nexcept SystemExit:\n    pass\n"
    code += "heavy = {'numpy', 'duckdb', 'textual', 'pyarrow', 'scipy', 'rich'} & set(sys.modules); sys.stderr.write(repr(heavy))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True, env=dict(os.environ))
    assert found.stdout.startswith("tuimon ")
    assert found.stderr == "set()"


def test_a_misspelt_column_is_not_taken_for_a_deletion(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "ingest")
    code, _, err = printed(capsys, "forget", "--column", "contry")
    assert code == 3
    assert "did you mean 'country'" in err


@pytest.mark.parametrize(
    ("arguments", "said"), [(("chekc",), "did you mean the command 'check'"), (("check", "-c", "."), "is a directory")]
)
def test_near_misses_are_told(place: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    code, _, err = printed(capsys, *arguments)
    assert code == 3
    assert said in err


def test_a_configuration_without_sources_says_so_and_a_byte_order_mark_is_no_mistake(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "empty.toml").write_text("", encoding="utf-8")
    code, _, err = printed(capsys, "check", "-c", "empty.toml")
    assert code == 3
    assert "[sources" in err
    (place / "bom.toml").write_text(CONFIG, encoding="utf-8-sig")
    assert printed(capsys, "check", "-c", "bom.toml")[0] == 0


def test_a_baseline_that_cannot_be_read_is_in_the_report(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "baseline.parquet").unlink()
    _, report = parsed(capsys, "check")
    assert any("baseline.parquet" in notice for notice in report["notices"])


def test_labels_for_a_source_join_its_models(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = logs.traffic(1_200, 1, seed=2)
    lines = [json.dumps({"request_id": name, "label": "yes", "ts": logs.stamp(logs.START + 5_000)}) for name in rows.ids]
    (place / "labels.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = '[sources.app]\npaths = ["app.jsonl"]\n[sources.truth]\npaths = ["labels.txt"]\npart = "label"\nlabels_for = "app"\n'
    (place / "config.toml").write_text(text, encoding="utf-8")
    _, report = parsed(capsys, "check")
    assert report["ingest"]["labels_joined"] == 1_200


def test_a_feature_that_is_new_since_the_baseline_is_not_missing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = logs.traffic(1_200, 2, seed=9, start=logs.START + 1_200)
    with (place / "app.jsonl").open("a", encoding="utf-8") as file:
        for i, text in enumerate(logs.lines(rows)):
            record = json.loads(text)
            file.write(json.dumps({**record, "features": {**record["features"], **({"fresh": i * 0.5} if i > 600 else {})}}) + "\n")
    code, report = parsed(capsys, "check")
    assert (code, report["alerts"]) == (0, [])


def test_a_run_from_cron_expires_what_is_past_its_time(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "config.toml").write_text(CONFIG + '[store]\nkeep_minutes = "2d"\nkeep_history = "3d"\n', encoding="utf-8")
    parsed(capsys, "ingest")
    logs.write(place / "app.jsonl", logs.traffic(600, 1, seed=7, start=logs.START + 5 * 86_400), mode="a")
    assert parsed(capsys, "ingest")[1]["rows"] == 1_800
    store = Store.open(place / "state", Settings().store)
    try:
        minutes = store.cells("fraud", 60, 0, 1 << 40).start
        hours = store.cells("fraud", 3600, 0, 1 << 40).start
    finally:
        store.close()
    assert minutes.min() >= logs.START + 3 * 86_400
    assert hours.min() >= logs.START + 2 * 86_400
    assert parsed(capsys, "verify")[1]["ok"] is True

"""`tuimon rejects` lists every line that was not taken, however many, where it stands in its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tuimon.cli.main import run

GOOD = b'{"id":"a","ts":"2026-11-22T19:00:00Z","features":{"x":1.5},"prediction":"yes"}\n'
BAD = [b'{"torn": \n', b"\xff\n", b"{}\n", b"plain\n"]
MANY = 12_000


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.jsonl").write_bytes(GOOD * 3 + b"".join(BAD[n % 4] + GOOD * (n % 3) for n in range(MANY)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_rejected_line_is_found_where_it_is_said_to_be(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = (place / "logs" / "app.jsonl").read_bytes()
    rows = raw.splitlines(keepends=True)
    wanted = [number for number, row in enumerate(rows, start=1) if row != GOOD]
    assert run(["rejects", "logs", "--state", "state", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [reject["line"] for reject in found] == wanted
    for reject, number in zip(found, wanted, strict=True):
        assert raw.startswith(rows[number - 1], reject["offset"])
        assert reject["reason"]
    assert [bool(reject["text"]) for reject in found] == [True] * 10_000 + [False] * (MANY - 10_000)
    # Once more from the store alone, as text.
    assert run(["rejects", "logs", "--state", "state"]) == 0
    out, told = capsys.readouterr()
    assert len(out.splitlines()) == MANY
    assert out.splitlines()[-1].endswith("not JSON: it stops making sense at character 1")
    assert f"{MANY:,} lines were rejected; of each file the text of the first 10,000 is kept" in told

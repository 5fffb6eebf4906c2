"""What each type of receiver is sent, to the byte where others depend on it."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.alerts.telling.letters import START, letter, receiver
from tuimon.alerts.telling import Letter
from tuimon.alerts.telling.parcels import AT_ONCE, Line, Mail, Web, parcels, signature

NOW = START + 100
BEGAN, NOW_TEXT, OVER = "2026-03-20T09:46:40.000Z", "2026-03-20T09:48:20.000Z", "2026-03-20T09:47:40.000Z"
LABELS = {"alertname": "psi", "monitor": "tuimon", "severity": "warning", "model": "fraud", "column": "amount"}
NOTES = {
    "summary": "WARNING fraud: amount: PSI 0.15 over 0.10 in the last 1h",
    "value": "0.15",
    "threshold": "0.1",
    "window": "1h",
    "dedup_key": "psi/fraud//amount#1",
}


def content(kind: str, *letters: Letter, key: str | None = None, **changes: Any) -> Any:
    (parcel,) = parcels(receiver(kind, **changes), letters, NOW, key)
    return parcel.content


def body(kind: str, *letters: Letter, key: str | None = None, **changes: Any) -> Any:
    found = content(kind, *letters, key=key, **changes)
    assert isinstance(found, Web)
    return json.loads(found.body)


def test_webhook_has_the_shape_of_alertmanager_version_4() -> None:
    over = letter(column="age", told="warning", ended=START + 60)
    found = body("webhook", letter(), over)
    assert found["alerts"].pop()["status"] == "resolved"
    assert found == {
        "version": "4",
        "groupKey": '{}:{receiver="ops"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "ops",
        "groupLabels": {},
        "commonLabels": {"alertname": "psi", "monitor": "tuimon", "severity": "warning", "model": "fraud"},
        "commonAnnotations": {"value": "0.15", "threshold": "0.1", "window": "1h"},
        "externalURL": "",
        "alerts": [
            {
                "status": "firing",
                "labels": LABELS,
                "annotations": NOTES,
                "startsAt": BEGAN,
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "",
                "fingerprint": hashlib.sha256(b"psi/fraud//amount").hexdigest()[:16],
            }
        ],
    }
    assert body("webhook", over)["status"] == "resolved"
    assert body("webhook", over)["alerts"][0]["endsAt"] == OVER


def test_webhook_is_signed_over_time_and_body() -> None:
    found = content("webhook", letter(), key="s3cret")
    headers = dict(found.headers)
    signed = hmac.new(b"s3cret", headers["X-Tuimon-Timestamp"].encode() + b"." + found.body, "sha256").hexdigest()
    assert hmac.compare_digest("sha256=" + signed, headers["X-Tuimon-Signature"])
    assert signature("s3cret", found.body + b" ", NOW) != signature("s3cret", found.body, NOW)
    assert [name for name, _ in content("webhook", letter()).headers] == ["Content-Type"]


def test_alertmanager_is_posted_alerts_that_end_by_themselves() -> None:
    found = content("alertmanager", letter(), key="token", url="http://127.0.0.1:9093/prefix/")
    assert found.url == "http://127.0.0.1:9093/prefix/api/v2/alerts"
    assert ("Authorization", "Bearer token") in found.headers
    assert json.loads(found.body) == [
        {"labels": LABELS, "annotations": NOTES, "startsAt": BEGAN, "endsAt": "2026-03-20T09:51:20.000Z"},
    ]
    (over,) = body("alertmanager", letter(told="warning", ended=START + 60))
    assert over["endsAt"] == OVER
    (ahead,) = body("alertmanager", letter(told="warning", since=NOW + 500, ended=NOW + 600))
    assert NOW_TEXT == ahead["startsAt"] < ahead["endsAt"] == "2026-03-20T09:48:20.001Z"


def test_alertmanager_hears_that_the_milder_alert_is_over_when_it_grows_worse() -> None:
    mild, worse = body("alertmanager", letter(told="warning", severity="critical"))
    assert (mild["labels"]["severity"], mild["endsAt"]) == ("warning", NOW_TEXT)
    assert (worse["labels"]["severity"], worse["endsAt"] > NOW_TEXT) == ("critical", True)


def test_slack() -> None:
    assert body("slack", letter(severity="critical", threshold=0.1)) == {
        "text": "CRITICAL fraud: amount: PSI 0.15 over 0.10 in the last 1h",
        "blocks": [
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": ":red_circle: CRITICAL fraud: amount: PSI 0.15 over 0.10 in the last 1h\nsince 2026-03-20 09:46 UTC",
                },
            }
        ],
    }
    assert content("slack", letter(), url="", key="https://hooks.slack.com/services/T/B/x").url.endswith("/T/B/x")
    assert body("slack", letter(), letter(told="warning", ended=START))["text"] == "tuimon: 1 firing, 1 resolved"


def test_slack_calls_nobody_and_links_nowhere_for_a_name_from_a_log() -> None:
    text = json.dumps(body("slack", letter(column="<!channel> <https://evil|click> @here *b*")), ensure_ascii=False)
    for sign in ("<", ">", " @here", " *b*"):
        assert sign not in text
    assert " mean_radius" in json.dumps(body("slack", letter(column="mean_radius")))


def test_slack_stays_below_its_limits() -> None:
    found = body("slack", *(letter(column="&" * 4000, model="<" * 4000) for _ in range(AT_ONCE["slack"])))
    assert all(len(block["text"]["text"]) < 3000 for block in found["blocks"])


def test_pagerduty() -> None:
    assert body("pagerduty", letter(severity="critical", threshold=0.1), key="R0UT1NG") == {
        "routing_key": "R0UT1NG",
        "dedup_key": "psi/fraud//amount#1",
        "event_action": "trigger",
        "client": "tuimon",
        "payload": {
            "summary": "CRITICAL fraud: amount: PSI 0.15 over 0.10 in the last 1h",
            "source": "fraud",
            "severity": "critical",
            "timestamp": BEGAN,
            "component": "amount",
            "class": "psi",
            "custom_details": {
                **LABELS,
                **NOTES,
                "severity": "critical",
                "summary": "CRITICAL fraud: amount: PSI 0.15 over 0.10 in the last 1h",
            },
        },
    }
    assert body("pagerduty", letter(told="warning", ended=START), key="R") == {
        "routing_key": "R",
        "dedup_key": "psi/fraud//amount#1",
        "event_action": "resolve",
    }


def test_pagerduty_stays_below_its_limits_with_keys_that_differ() -> None:
    found = [body("pagerduty", letter(column="é" * 500 + end, model="m" * 2000), key="R") for end in "ab"]
    assert all(len(item["dedup_key"]) <= 255 and len(item["payload"]["summary"]) <= 1024 for item in found)
    assert found[0]["dedup_key"] != found[1]["dedup_key"]


def test_email() -> None:
    mails: dict[str, Any] = {"url": "", "server": "localhost:25", "sender": "tuimon@example.org", "to": ("a@example.org", "b@example.org")}
    found = content("email", letter(), key="pass", **mails)
    assert isinstance(found, Mail)
    mail = found.message
    assert mail["Subject"] == "[tuimon] WARNING fraud: amount: PSI 0.15 over 0.10 in the last 1h"
    assert (mail["From"], mail["To"]) == ("tuimon@example.org", "a@example.org, b@example.org")
    assert mail["Date"] == "Fri, 20 Mar 2026 09:48:20 +0000"
    assert mail.get_content() == (
        "WARNING fraud: amount: PSI 0.15 over 0.10 in the last 1h\n  fired: since 2026-03-20 09:46 UTC\n"
        "  value: 0.15\n  threshold: 0.1\n  window: 1h\n  dedup_key: psi/fraud//amount#1\n"
    )
    again = content("email", letter(), **mails).message
    over = content("email", letter(told="warning", ended=START), **mails).message
    assert again["Message-ID"] == mail["Message-ID"] != over["Message-ID"]
    assert over["References"] == mail["References"]
    hostile = content("email", letter(column="x\r\nBcc: all@example.org\r\n\r\nü" * 30), **mails).message
    assert hostile["Bcc"] is None
    assert max(map(len, bytes(hostile).splitlines())) < 998


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (letter(), b"<28>tuimon: WARNING fraud: amount: PSI 0.15 over 0.10 in the last 1h [psi/fraud//amount#1]"),
        (letter(severity="critical"), b"<26>tuimon: CRITICAL fraud: amount: PSI 0.15 over 0.10 in the last 1h [psi/fraud//amount#1]"),
        (letter(ended=START), b"<29>tuimon: resolved fraud: amount: PSI 0.15 over 0.10 in the last 1h [psi/fraud//amount#1]"),
    ],
)
def test_syslog(made: Letter, text: bytes) -> None:
    assert content("syslog", made, server="/dev/log") == Line(text)
    remote = content("syslog", made, server="logs:514").data
    number = hashlib.sha256(b"psi/fraud//amount").hexdigest()[:16].encode()
    begin, _, rest = text.partition(b"tuimon: ")
    assert remote == begin + b"1 " + BEGAN.encode() + b" - tuimon - " + number + b" - " + rest


def test_a_long_line_for_syslog_is_cut_between_characters() -> None:
    data = content("syslog", letter(model="ü" * 5000, column="ü" * 100), server="logs:514").data
    assert len(data) <= 1000
    data.decode()


@pytest.mark.parametrize("kind", AT_ONCE)
def test_nothing_that_is_written_of_a_parcel_holds_a_secret(kind: str) -> None:
    mails: dict[str, Any] = {"server": "localhost:25", "sender": "t@e.org", "to": ("a@e.org",), "url": "https://example.org/T0KEN"}
    made = receiver(kind, **mails)
    for parcel in parcels(made, [letter()], NOW, "https://s3cret"):
        assert "s3cret" not in repr(parcel)
        assert "T0KEN" not in repr(parcel) + repr(made) + made.address


@pytest.mark.parametrize(("kind", "many"), AT_ONCE.items())
def test_letters_are_cut_into_messages_in_order(kind: str, many: int) -> None:
    letters = [letter(column=f"c{number}") for number in range(2 * many + 1)]
    found = parcels(receiver(kind, server="localhost:25", sender="t@e.org", to=("a@e.org",)), letters, NOW, "https://s")
    assert [item for parcel in found for item in parcel.letters] == letters
    assert [len(parcel.letters) for parcel in found] == [many, many, 1]

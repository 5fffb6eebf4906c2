"""What goes wrong in the sample logs, when, and on which model."""

from __future__ import annotations

from making.clock import HOUR

MINUTE = 60.0

TAKEOVER = 4 * HOUR
"""v2 of tumour gets 60 % of the requests instead of 40 %: a change of traffic, not an incident."""

ERRORS = (3 * HOUR + 10 * MINUTE, 3 * HOUR + 24 * MINUTE)
ERROR_SHARE, USUAL_ERROR_SHARE = 0.20, 0.0005

LATENCY = (5 * HOUR, 5 * HOUR + 20 * MINUTE)
LATENCY_VERSION, LATENCY_FACTOR = "v2", 7.0

MISSING = (6 * HOUR + 30 * MINUTE, 7 * HOUR + 10 * MINUTE)
MISSING_COLUMN, MISSING_SHARE = "mean_concavity", 0.25

DRIFT = 8 * HOUR
DRIFT_COLUMN, DRIFT_GAIN = "mean_texture", 1.15
"""Texture is the standard deviation of grey values: a gain of 15 % on the sensor scales it and leaves all geometry as it is."""

SITE = 8 * HOUR + 30 * MINUTE
SITE_SHARES = {"north": 0.50, "south": 0.30, "east": 0.20}
SITE_SHARES_AFTER = {"north": 0.32, "south": 0.18, "east": 0.50}

SCANNER_SHARES = {"MX-200": 0.6, "MX-300": 0.4}

BRACKET_VALUE = (1 * HOUR + 40 * MINUTE, "[/]")
"""From the first row after this time: a site that looks like markup. A valid record."""
ESCAPE_VALUE = (2 * HOUR + 10 * MINUTE, "MX-200\x1b]52;c;aGk=\x07")
"""A scanner whose name carries a terminal escape sequence. A valid record."""

TORN = 1 * HOUR + 12 * MINUTE
TRACEBACK = (
    2 * HOUR + 40 * MINUTE,
    (b"Traceback (most recent call last):", b'  File "/srv/app/predict.py", line 88, in score', b"ValueError: Input contains NaN"),
)
HTML = (5 * HOUR + 45 * MINUTE, b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>")
NOT_UTF8 = 9 * HOUR + 5 * MINUTE
BLANKS = (30 * MINUTE, 4 * HOUR + 50 * MINUTE, 7 * HOUR + 20 * MINUTE, 9 * HOUR + 40 * MINUTE)

ROTATIONS = (5 * HOUR, 8 * HOUR)
"""tumour.jsonl.2.gz ends at the first, tumour.jsonl.1 at the second."""

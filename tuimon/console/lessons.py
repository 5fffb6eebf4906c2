"""What a colleague would say of each view: what it shows, what its words mean, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuimon.console.state import ViewName


@dataclass(frozen=True)
class Lesson:
    """A view in words, with the ids of actions in braces where their keys belong."""

    shows: str
    words: tuple[tuple[str, str], ...]
    """(term, what it means)."""
    next: tuple[tuple[str, str], ...]
    """(what you see, what to do)."""


_WHICH = ("was it the model, the data or the machine?", "{timeline}: all of it over one time axis; look what moved first")
_PSI = (
    "PSI",
    (
        "how far a column's values have moved from its baseline: share now minus share before, times the logarithm of their ratio, over "
        "ten groups. 0 is the same, 0.1 a shift that one can see in a plot, 0.25 a different population"
    ),
)
_CHANCE = (
    "chance ≤",
    ("what PSI stays below in 99 of 100 windows when nothing has changed; with few rows it is high, and PSI below it says nothing"),
)

LESSONS: Mapping[ViewName, Lesson] = {
    "overview": Lesson(
        "Each row is one subject: a column, latency, errors, the flow of rows. The worst stands on top, so an all-clear is one look at "
        "the first row. The tiles are the last hour of all models, or of the worst one where they name it.",
        (
            ("limit", "the threshold that is next: the warning where nothing is over it"),
            ("since", "when it went over, in UTC like every time here"),
            ("win 5m", "the window that numbers are of: the narrowest with enough rows, or the one you chose with {narrower} and {wider}"),
        ),
        (
            ("something is over its limit", "{open} for all that is known of it, then {rows} for the predictions behind it"),
            _WHICH,
            ("too many rows", "{filter} with st:crit shows what is critical alone"),
        ),
    ),
    "drift": Lesson(
        "Each row is a column of the model: what comes in, what it predicts, its scores. Its values in the window are compared with its "
        "baseline. An alert needs two things: PSI over the limit, and evidence that it is not chance.",
        (
            _PSI,
            _CHANCE,
            ("~ watch", "over the limit, but chance or the column's own rhythm could do that: no alert"),
            ("more, less", "groups that more, or fewer, values fall into than in the baseline; what each adds to PSI stands beside it"),
        ),
        (
            (
                "one column has moved",
                ("{open}, and look which groups; {rows} shows the rows in them: one caller, one release, one country?"),
            ),
            ("many at once", "they are one incident: look upstream, at what feeds them all"),
            ("the baseline is old or of other traffic", "{compare} compares with the time before, last week or another version"),
        ),
    ),
    "latency": Lesson(
        "How long predictions took, as the log says. Percentiles are of all rows of the window, not means of means; dotted lines are "
        "limits. {heat-map} turns the chart into a heat map: time to the right, slower upwards, brighter is more rows.",
        (
            ("p95", "95 of 100 predictions were at least as fast; within 1 % of the exact value"),
            ("err %", "rows whose status says that they failed"),
        ),
        (
            ("p99 rises, p50 does not", "a few are slow: {rows} shows which; a heat map with two bands is two kinds of requests"),
            ("all rise with the traffic", "the machine is full: see rows/s above"),
            ("one version is slower", "the table has each version apart"),
        ),
    ),
    "performance": Lesson(
        "What predictions turned out to be worth, where labels have arrived. A label is joined to its prediction by the id, however late,"
        " and counts in the minute of the prediction: the newest minutes fill in as labels come.",
        (
            ("accuracy, F1, ROC AUC", "higher is better; F1 is that of the positive class, or the mean over several classes"),
            ("ECE", "how far scores are from the share of positives among the rows that have them; 0 is calibrated"),
            ("MAE, RMSE, R²", "of predictions that are numbers"),
            ("of rows", "the share of the window's rows that have a label: judge with few of them carefully"),
        ),
        (
            ("it falls while drift is quiet", "what is right has changed, not what comes in: look at the classes, then retrain"),
            ("it falls with drift", "{drift}, and the columns that moved at the same time"),
        ),
    ),
    "alerts": Lesson(
        "What is over its limit now, and below it what has happened. An alert is pending until it has lasted as long as `for` says, then "
        "fires, and ends only when it is clearly back: it does not flap.",
        (
            ("acknowledged", "somebody has seen it: {acknowledge}; it stops flashing and others see who"),
            ("silent", "nobody is told for a time: {silence}; it is judged and shown all the same"),
            ("value, limit", "when it last changed, and what it is held against"),
        ),
        (
            ("it just fired", "{moment}: what everything looked like at that moment; {live} is the present again"),
            ("it is right but too sensitive", "{threshold} tries another limit on the stored past, and saves it with your comments kept"),
        ),
    ),
    "files": Lesson(
        "What is read, how far, and what was refused. Every line is a row, a label, skipped, blank or a reject: nothing is dropped in "
        "silence, and `tuimon verify` proves it.",
        (
            ("lag", "bytes that are in the file but not read yet"),
            ("bad", "rejects: lines that are no prediction and no label, kept with file, line and reason"),
            ("rotated, finished", "read to the end; it is looked at again when it grows"),
        ),
        (
            ("rejects", "`tuimon rejects` prints all of them; an unusual name goes into [sources.NAME.fields]"),
            ("lag grows", "the log is written faster than it is read: the header says rows/s and what is left"),
        ),
    ),
    "detail": Lesson(
        "All that is known of one subject: the evidence on top, the shape now and before, its numbers, its last hour and its alerts. "
        "{down} and {up} go to the neighbours of the list that you came from; {back} goes back.",
        (
            _PSI,
            _CHANCE,
            ("by chance", "how often noise alone would do this in all columns together"),
            ("missing, unseen, outside", "no value; a value that the baseline has never had; a number beyond its smallest or largest"),
        ),
        (
            ("which rows is it?", "{rows}"),
            _WHICH,
            ("the limit is wrong", "{threshold}"),
        ),
    ),
}

"""The names that people give to the roles of a prediction log, squashed to lower-case letters and digits, best first."""

from __future__ import annotations

import re
from functools import lru_cache

from tuimon.formats.paths import Path

ROLE_NAMES: dict[str, tuple[str, ...]] = {
    "timestamp": (
        "time.timestamp", "timestamp", "@timestamp", "ts", "timestampns", "timestampus", "timestampms", "timestamps", "eventtime",
        "time", "datetime", "loggingtime", "requesttime", "inferencetime", "logtime", "predictiontime", "timens", "timeus", "timems",
        "unixtime", "timeunixnano", "occurredat", "createdat", "asctime", "created", "date",
    ),
    "id": (
        "predictionid", "requestid", "eventid", "inferenceid", "correlationid", "id", "uuid", "identifier", "rowid", "recordid",
        "clientrequestid", "databricksrequestid", "transactionid",
    ),
    "model": ("model", "modelname", "modelid", "model.name", "model.id", "deployedmodelid", "deployment", "bentoname", "servicename"),
    "version": ("modelversion", "model.version", "version", "variant", "servedentityid"),
    "prediction": (
        "prediction", "predictedlabel", "predictionlabel", "predictedclass", "predicted", "pred", "ypred", "yhat", "predictedvalue",
        "predictionvalue", "prediction.label", "prediction.class", "prediction.value", "predictions", "outputs", "output",
        "output.label", "output.class", "result", "decision", "class",
    ),
    "score": (
        "score", "probability", "proba", "prob", "predictionscore", "predictedprobability", "predictionprobability", "ypredproba",
        "yproba", "yscore", "predproba", "predictproba", "modelscore", "confidence", "prediction.score", "prediction.probability",
        "output.score", "probabilities", "scores",
    ),
    "label": (
        "label", "ytrue", "actual", "actuallabel", "groundtruth", "truth", "truelabel", "trueclass", "outcome", "target", "actualvalue",
    ),
    "latency": tuple(
        stem + unit
        for unit in ("ms", "us", "ns", "s", "seconds", "millis", "")
        for stem in ("latency", "duration", "responsetime", "processingtime", "executiontime", "executionduration", "inference", "predict",
                     "elapsed", "took", "timetaken")
        if unit or stem not in ("inference", "predict")
    ),
    "sample_rate": (),
}  # fmt: skip
"""`a.b` is the key b inside an object a. A sample rate is never guessed: sounds have one too."""

CONTAINERS = ("features", "featurevalues", "modelinput", "inputs", "input", "instances", "instance", "data", "x")
STATUS = ("statuscode", "status", "httpstatus", "httpstatuscode", "responsecode", "event.outcome")
FLAGS = ("success", "ok", "succeeded")
LEVELS = ("level", "loglevel", "levelname", "severity", "level.name", "log.level")
FAILURES = ("error", "exception", "excinfo", "errormessage", "errortype", "traceback")
ENVELOPES = frozenset(
    ("record", "extra", "time", "event", "meta", "metadata", "eventmetadata", "value", "payload", "body", "request", "response",
     "prediction",
     "output", "result", "model", "log", "level", "http", "attributes", "fields", "context", "message", "data", "input", "ml",
     "inference")
)  # fmt: skip
"""Objects inside which a role is looked for."""

_PLUMBING = frozenset(
    ("levelname", "levelno", "lineno", "filename", "funcname", "function", "module", "pathname", "pid", "workerid", "nodeid",
     "actorid",
     "replica", "logger", "loggername", "agent", "contentrange", "specversion", "datacontenttype", "message", "msg", "event", "text",
     "name",
     "caller", "stack", "stackinfo", "exctext", "msecs", "relativecreated", "taskname", "args", "ecs", "url", "useragent", "ip", "clientip",
     "sessionid", "method", "route", "line", "file", "elapsed", "uptime", "timeout", "exception", "type", "source", "specversion",
     "environment", "hostname", "componentname", "application")
)  # fmt: skip
_PLUMBING_STARTS = ("process", "thread", "host", "trace", "span", "kubernetes", "k8s")
_TIMES = frozenset(ROLE_NAMES["timestamp"])
_IDS = frozenset(ROLE_NAMES["id"])


def squash(key: object) -> str:
    """Return a key's letters and digits in lower case."""
    return re.sub(r"[^a-z0-9@]", "", str(key).lower())


def enveloped(path: Path) -> bool:
    """Return whether every object on the way to a path is one in which roles are looked for."""
    return len(path) <= 4 and all(isinstance(step, str) and squash(step) in ENVELOPES for step in path[:-1])


@lru_cache(16_384)
def rank(path: Path, names: tuple[str, ...]) -> int | None:
    """Return how good a name the path's last key is for a role (0 is best), None when it is none."""
    last = squash(path[-1])
    spelled = {last, f"{squash(path[-2])}.{last}"} if len(path) > 1 else {last}
    if not enveloped(path):
        return None
    return next((place for place, name in enumerate(names) if name in spelled), None)


def plumbing(path: Path) -> bool:
    """Return whether a path belongs to the logger's own fields, a time or an id rather than to the model's input."""
    keys = [squash(step) for step in path]
    if any(key in _PLUMBING or key.startswith(_PLUMBING_STARTS) for key in keys):
        return True
    if keys[-1] in _TIMES or keys[-1] in _IDS:
        return True
    return keys[0] == "record" and "extra" not in keys


_ANY_ROLE = frozenset(name for names in (*ROLE_NAMES.values(), STATUS, FLAGS, LEVELS, FAILURES) for name in names)


def role_named(path: Path) -> bool:
    """Return whether the last key is a name of any role, status, flag, level or failure."""
    last = squash(path[-1])
    if last not in _ANY_ROLE and (len(path) == 1 or f"{squash(path[-2])}.{last}" not in _ANY_ROLE):
        return False
    return enveloped(path)


_UNITS = (("ms", 1.0), ("millis", 1.0), ("milliseconds", 1.0), ("us", 1e-3), ("micros", 1e-3), ("microseconds", 1e-3), ("ns", 1e-6),
          ("nanos", 1e-6), ("nanoseconds", 1e-6), ("s", 1e3), ("sec", 1e3), ("secs", 1e3), ("seconds", 1e3))  # fmt: skip
SCALES = {"s": 1e3, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
"""Milliseconds in one unit."""


def latency_scale(path: Path) -> float:
    """Return the milliseconds in one unit of a latency field, by its name's last word; 1 when the name says none.

    ECS writes `event.duration` in nanoseconds.
    """
    if [squash(step) for step in path[-2:]] == ["event", "duration"]:
        return 1e-6
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", str(path[-1]))
    last = words[-1].lower() if words else ""
    return next((scale for unit, scale in _UNITS if last == unit), 1.0)

"""Prints what a store holds after one case, as JSON: its books, and how many of the good lines are rows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.hostile.good import SECOND
from tuimon.config import Keep
from tuimon.store import Store

MANY = 2_000
"""Models, beyond which only the one of the good lines is asked: each costs a query."""


def main() -> None:
    """The argument is the state directory."""
    store = Store.open(Path(sys.argv[1]), Keep())
    totals = store.totals()
    names = [model.name for model in store.models()]
    asked = ["good"] if len(names) > MANY else names
    good = sum(store.rows(name, SECOND, SECOND + 60).num_rows for name in asked)
    sound = all(proof.ok for proof in store.verify())
    store.close()
    counts = {name: getattr(totals, name) for name in ("lines", "rows", "labels", "rejected", "blank", "skipped")}
    print(json.dumps({**counts, "good": good, "sound": sound}))


if __name__ == "__main__":
    main()

"""`tuimon verify`: proves the books of every file generation."""

from __future__ import annotations

import argparse
import os

from tuimon.cli.contract import dumps
from tuimon.cli.options import resolve
from tuimon.cli.output import DONE, FAILED, data, narrate
from tuimon.store import Proof, Store
from tuimon.values.text import safe_text


def run(arguments: argparse.Namespace) -> int:
    """Return 0 when every proof holds, 2 when one fails."""
    chosen = resolve(arguments, os.environ)
    store = Store.open(chosen.state, chosen.settings.store)
    try:
        proofs = store.verify()
    finally:
        store.close()
    sound = all(proof.ok for proof in proofs)
    if arguments.json:
        data(dumps({"ok": sound, "generations": [_line(proof) for proof in proofs if proof.generation]}))
        return DONE if sound else FAILED
    for proof in proofs:
        where = f"{proof.lines:,} lines, position {proof.position:,}" if proof.generation else f"{proof.lines:,} rows"
        data(f"{'ok' if proof.ok else 'FAILED'}  {safe_text(proof.file)}  {where}  {safe_text(proof.problem)}".rstrip())
    narrate(f"{len(proofs)} proofs: " + ("every line is accounted for" if sound else "the books do not balance"))
    return DONE if sound else FAILED


def _line(proof: Proof) -> dict[str, object]:
    return {"file": safe_text(proof.file), "lines": proof.lines, "position": proof.position, "ok": proof.ok}

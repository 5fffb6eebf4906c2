"""`tuimon doctor`: what is fine on this machine, what is not, and what to do."""

from __future__ import annotations

import argparse
import os

from tuimon.cli.contract import dumps
from tuimon.cli.diagnosis import Finding, machine, places, terminal, versions
from tuimon.cli.notifying import receivers
from tuimon.cli.options import Run, UsageError, resolve
from tuimon.cli.output import DONE, FAILED, data
from tuimon.config import ConfigError


def run(arguments: argparse.Namespace) -> int:
    """Return 0 when all is fine, 2 when something is not."""
    findings = [*versions(), *terminal(os.environ), *machine()]
    try:
        findings += _configured(resolve(arguments, os.environ))
    except (UsageError, ConfigError) as error:
        findings.append(Finding("configuration", False, str(error), "correct the file, or name one with -c FILE"))
    if arguments.json:
        data(dumps([{"check": f.check, "ok": f.ok, "found": f.found, "advice": f.advice} for f in findings]))
    else:
        for finding in findings:
            data(
                f"{'ok' if finding.ok else '! '}  {finding.check:<18} {finding.found}"
                + (f"\n      {finding.advice}" if not finding.ok else "")
            )
    return DONE if all(finding.ok for finding in findings) else FAILED


def _configured(chosen: Run) -> list[Finding]:
    found = Finding("configuration", True, f"{chosen.title}, {len(chosen.settings.sources)} sources", "")
    return [found, *places(chosen), *receivers(chosen.settings)]

"""The `tuimon` command: what was typed, which command that is, and how an error is told."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tuimon import __version__
from tuimon.cli.options import COMMANDS, UsageError
from tuimon.config import ConfigError

COULD_NOT_RUN = 3

VALUED = ("-c", "--config", "--state", "--log-level")
"""Options for every command that take a value."""
WITH_DIRECTORY = ("console", "ingest", "check", "analyze", "verify", "rejects")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    os.umask(0o077)
    sys.exit(run(list(sys.argv[1:] if argv is None else argv)))


def run(argv: list[str]) -> int:
    """Return the exit code of one command; an error is one sentence on stderr, with a traceback only for `--log-level debug`."""
    debug = os.environ.get("TUIMON_LOG_LEVEL") == "debug"
    try:
        arguments = parse(argv)
        debug = arguments.log_level == "debug"
        command = importlib.import_module(f"tuimon.cli.commands.{arguments.command.replace('-', '_')}")
        return int(command.run(arguments))
    except (UsageError, ConfigError) as error:
        return _tell(error, debug)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:  # noqa: BLE001 - the last resort: whatever went wrong is told in one sentence
        return _tell(error, debug)


def _tell(error: Exception, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    text = str(error) or type(error).__name__
    sys.stderr.write(f"tuimon: {' '.join(text.split())}\n")
    return COULD_NOT_RUN


def parse(argv: list[str]) -> argparse.Namespace:
    """Return what was typed as a namespace with `command`; a first word that is no command is a directory for the console."""
    place = _first_word(argv)
    known = place is not None and argv[place] in COMMANDS
    command, rest = (argv[place], argv[:place] + argv[place + 1 :]) if known and place is not None else ("console", argv)
    parser = _command_parser(command, top=not known)
    arguments = parser.parse_args(rest)
    arguments.command = command
    return arguments


def _first_word(argv: list[str]) -> int | None:
    """Return the place of the first word that is neither an option nor the value of one."""
    after_option = False
    for place, word in enumerate(argv):
        if not word.startswith("-") and not after_option:
            return place
        after_option = word in VALUED
    return None


def _command_parser(command: str, *, top: bool) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tuimon" if top else f"tuimon {command}",
        description="htop for models in production" if top else COMMANDS[command],
        epilog="commands:\n" + "\n".join(f"  {name:<13}{text}" for name, text in COMMANDS.items()) if top else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if command in WITH_DIRECTORY:
        parser.add_argument("directory", nargs="?", type=Path, metavar="DIR", help="a directory of prediction logs; its files are detected")
    parser.add_argument("-c", "--config", type=Path, metavar="FILE", help="the configuration (default: ./config.toml, then the user's)")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where the store is kept")
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default=os.environ.get("TUIMON_LOG_LEVEL", "warning"),
        help="debug adds tracebacks",
    )
    if command not in ("console", "demo"):
        parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--version", action="version", version=f"tuimon {__version__}")
    _own_options(parser, command)
    return parser


def _own_options(parser: argparse.ArgumentParser, command: str) -> None:
    if command in ("console", "demo"):
        optional = argparse.BooleanOptionalAction
        parser.add_argument("--mouse", action=optional, help="take mouse clicks (default: yes, but not over SSH)")
        parser.add_argument("--ascii", action=optional, help="draw with ASCII (default: as the locale and the terminal ask for)")
    if command == "console":
        parser.add_argument("--json", action="store_true", help="without a terminal: print the report of check as JSON")
    elif command == "demo":
        parser.add_argument("--headless", action="store_true", help="no console: print the report at the end")
        parser.add_argument("--seconds", type=float, metavar="N", help="stop after N seconds")
    elif command == "analyze":
        _analyze_options(parser)
    elif command == "backtest":
        _backtest_options(parser)
    elif command == "rejects":
        parser.add_argument("--export", type=Path, metavar="FILE", help="write all of them to FILE as JSON lines")
    elif command == "notify-test":
        parser.add_argument("name", metavar="NAME", help="the name of its [notify.NAME] table")
    elif command == "silence":
        parser.add_argument(
            "matcher", nargs="*", metavar="NAME=VALUE", help="which alerts: rule, model, version, column; names or patterns"
        )
        parser.add_argument("--for", dest="span", metavar="TIME", help="for how long: 30m, 2h, 1d")
        parser.add_argument("--note", default="", metavar="TEXT", help="why, for the others")
        parser.add_argument("--end", type=int, metavar="N", help="end the silence of this number now")
    elif command == "forget":
        parser.add_argument("--column", metavar="NAME", help="delete the stored values of a feature")
        parser.add_argument("--before", metavar="TIME", help="delete rows older than this time (RFC 3339, or an age like 7d)")
        parser.add_argument("--id", metavar="ID", help="delete the rows and labels with this id")


def _backtest_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--model", metavar="NAME", help="only this model")
    add("--from", dest="start", metavar="TIME", help="first time to judge (RFC 3339, a date, or an age like 7d)")
    add("--to", dest="end", metavar="TIME", help="last time to judge")


def _analyze_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--model", metavar="NAME", help="which model, where several have rows")
    add("--chunk", metavar="WIDTH", help="cut by time: 1h, 1d (default: 1d to 1m, so that there are about ten chunks with enough rows)")
    add("--chunk-rows", type=int, metavar="N", help="cut by rows instead")
    add("--from", dest="start", metavar="TIME", help="first time to look at (RFC 3339, a date, or an age like 7d)")
    add("--to", dest="end", metavar="TIME", help="time to look up to; it is not included")
    add("--reference", metavar="FROM..TO", help="compare with the stored rows of this stretch (default: the configured baseline)")
    add("--columns", metavar="NAMES", help="only these columns: names or patterns, separated by commas")
    add("--methods", metavar="NAMES", help="only these measures, separated by commas; see docs/statistics.md")
    add(
        "--convention",
        choices=("tuimon", "nannyml", "evidently", "azure", "vertex"),
        default="tuimon",
        help="whose bins, logarithms and limits (default: tuimon's)",
    )
    add("--csv", type=Path, metavar="FILE", help="write one line a number to FILE")
    add("--parquet", type=Path, metavar="FILE", help="write one row a number to FILE")

"""An operating system that fails now and then, and reads less than it was asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from unittest import mock

Call = Literal["open", "fstat", "pread", "scandir", "stat", "lseek"]
CALLS: tuple[Call, ...] = ("open", "fstat", "pread", "scandir", "stat", "lseek")


class _Entry:
    """A directory entry whose status cannot always be had."""

    def __init__(self, entry: os.DirEntry[str], faults: Faults) -> None:
        self._entry, self._faults = entry, faults
        self.name, self.path = entry.name, entry.path

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return self._entry.is_dir(follow_symlinks=follow_symlinks)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        self._faults.meet("stat")
        return self._entry.stat(follow_symlinks=follow_symlinks)


@dataclass
class Faults:
    """`skip` calls of one kind go well, the next `count` fail with `error`; any read returns at most `most` bytes."""

    call: Call = "pread"
    error: int = 0
    skip: int = 0
    count: int = 0
    most: int = 1 << 30
    met: int = 0
    """How many calls have failed."""

    def meet(self, call: Call) -> None:
        """Fail if it is this call's turn."""
        if call != self.call or not self.count:
            return
        if self.skip:
            self.skip -= 1
            return
        self.count -= 1
        self.met += 1
        raise OSError(self.error, os.strerror(self.error))

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Patch the operating system while the tailer is at work."""
        with (
            mock.patch.object(os, "open", self._failing("open", os.open)),
            mock.patch.object(os, "fstat", self._failing("fstat", os.fstat)),
            mock.patch.object(os, "lseek", self._failing("lseek", os.lseek)),
            mock.patch.object(os, "pread", self._pread(os.pread)),
            mock.patch.object(os, "scandir", self._scandir(os.scandir)),
        ):
            yield

    def _failing(self, call: Call, plain: Callable[..., Any]) -> Callable[..., Any]:
        def faulty(*values: Any, **named: Any) -> Any:
            self.meet(call)
            return plain(*values, **named)

        return faulty

    def _pread(self, plain: Callable[[int, int, int], bytes]) -> Callable[[int, int, int], bytes]:
        def faulty(descriptor: int, count: int, offset: int) -> bytes:
            self.meet("pread")
            return plain(descriptor, min(count, self.most), offset)

        return faulty

    def _scandir(self, plain: Callable[[str], Any]) -> Callable[[str], Any]:
        @contextmanager
        def faulty(path: str) -> Iterator[list[_Entry]]:
            self.meet("scandir")
            with plain(path) as items:
                yield [_Entry(item, self) for item in items]

        return faulty

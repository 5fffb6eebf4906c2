"""The special functions of scipy, loaded at the first call: they take 24 MB and 0.15 s, and reading logs needs none of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any


@cache
def _module() -> ModuleType:
    return importlib.import_module("scipy.special")


def _later(name: str) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        return getattr(_module(), name)(*arguments)

    return call


gammainc, gammaincc = map(_later, ("gammainc", "gammaincc"))
betainc, betaln, chdtrc, chdtri, erf, fdtrc, fdtri, gammaincinv, gammaln = map(
    _later, ("betainc", "betaln", "chdtrc", "chdtri", "erf", "fdtrc", "fdtri", "gammaincinv", "gammaln")
)
kolmogorov, ndtr, rel_entr, smirnov, stdtrit = map(_later, ("kolmogorov", "ndtr", "rel_entr", "smirnov", "stdtrit"))

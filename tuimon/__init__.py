"""tuimon watches prediction logs: traffic, latency, drift, quality and performance in a terminal."""

__version__ = "0.1.0"

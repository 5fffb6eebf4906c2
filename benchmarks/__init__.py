"""Each budget measured beside its yardstick; `python -m benchmarks` prints the table."""

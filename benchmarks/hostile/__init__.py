"""A corpus of bad input: how much memory and time each piece costs, and whether the good lines beside it are read."""

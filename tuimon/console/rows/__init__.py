"""What the table of each view lists: pure functions from a board to columns and rows."""

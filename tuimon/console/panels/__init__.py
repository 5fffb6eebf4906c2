"""What the boxes of each view hold: pure functions from a board to titles and drawings."""

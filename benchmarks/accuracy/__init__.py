"""How far what is computed from cells is from what the raw rows give."""

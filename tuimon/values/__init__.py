"""The values that pass between packages, and text made safe. Each module is imported by itself: a screen needs no array library."""

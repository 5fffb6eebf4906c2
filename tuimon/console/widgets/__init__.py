"""Widgets that draw lines and repaint only what has changed."""

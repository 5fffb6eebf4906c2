"""Screens above the views."""

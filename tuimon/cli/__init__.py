"""The commands: people's console, and reports for scripts."""

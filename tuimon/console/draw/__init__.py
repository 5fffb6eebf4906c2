"""Pure pictures: numbers in, lines out; nothing here knows Textual."""

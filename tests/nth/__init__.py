"""One click's way, again and again: each call of what can fail does so once."""

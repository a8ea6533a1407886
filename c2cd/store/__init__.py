"""Buttons, calls and tokens in SQLite: the only room that imports aiosqlite."""

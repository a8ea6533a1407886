"""A terminal for what is drawn on one; and the README's pictures (``python -m tests.screens``)."""

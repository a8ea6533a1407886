"""A terminal for what is drawn on one, and the pictures of it in the README (``python -m tests.screens``)."""

"""The proving ground: a daemon between a crowd of clicks and a real Asterisk, and all that can break there.

``python -m tests.proving --help`` runs it for long; ``test_ground`` for a few minutes.
"""

"""Tests of calls: composed, placed, followed, settled."""

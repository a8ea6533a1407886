"""Kazoo's contract, row by row, held against a running daemon on a simulated switch."""

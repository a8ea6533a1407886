"""Benchmarks: each beside a reference in the same run, never a timed test."""

"""The tests of c2cd."""

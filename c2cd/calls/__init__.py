"""Composes the two legs of a call, places it, follows it and settles what was lost sight of."""

"""May this click dial? Nothing here does I/O; the time is passed in.

The order is: number, whitelist, throttle. What is refused costs no token.
"""

"""May this click dial? Nothing here does I/O; the time is passed in.

The order is: origin; signature; number; extension; whitelist; country and kind; blocklist; hours; and then
what is counted: throttle, contact, address, concurrency, budget. What is refused costs nothing.
"""

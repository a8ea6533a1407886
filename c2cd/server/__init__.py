"""Serves the application over HTTP, and bounds what a sender can make it hold: time, connections, bytes."""

"""Kazoo's Clicktocall API over HTTP: the only room that imports starlette."""

"""Kazoo's HTTP interface of a running daemon, over real sockets, on a simulated switch with quick phones."""

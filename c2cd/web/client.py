"""Where a request comes from."""

from starlette.types import Scope


def client_of(scope: Scope, _trusted: tuple[str, ...]) -> str:
    """Give the peer's address."""
    peer = scope.get("client")
    return peer[0] if peer else "unix"


def network_of(address: str) -> str:
    """Give the address."""
    return address

"""The headers of a request, read once."""

from starlette.types import Scope


def headers_of(scope: Scope) -> dict[str, str]:
    """Give them by their names in small letters; of several that have one name the first."""
    known: dict[str, str] | None = scope.get("c2cd.headers")
    if known is None:
        pairs = reversed(scope["headers"])
        known = scope["c2cd.headers"] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in pairs
        }
    return known


def all_of(scope: Scope, name: str) -> list[str]:
    """Give all that have a name, in the order in which they came."""
    if name not in headers_of(scope):
        return []
    wanted = name.encode()
    return [value.decode("latin-1") for key, value in scope["headers"] if key == wanted]

"""Filters of lists in the query string, as Kazoo has them (``crossbar_filter``).

``filter_KEY=VALUE`` and ``filter_not_KEY=VALUE`` compare as text, where VALUE may be a JSON list of texts,
one of which will do; ``has_key=KEY`` and ``key_missing=KEY``. KEY is dotted. Ours is ``search=TEXT``: a text
of the row has it in it, in capitals or not. A row must pass all of them, which are 20 at most.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec

from c2cd.errors import Fault, InvalidDocument

# A stream looks through them for a thousand lines at once.
MOST = 20

Filter = Callable[[Mapping[str, object]], bool]

_NOT = "filter_not_"
_IS = "filter_"


def read_filters(query: Mapping[str, str]) -> Filter:
    """Give what tells whether a document passes the filters of a query string.

    InvalidDocument where there are too many of them.
    """
    filters = [read for key, value in query.items() if (read := _read(key, value)) is not None]
    if len(filters) > MOST:
        message = f"There may be {MOST} filters at most"
        raise InvalidDocument(Fault("filter", "maxItems", message, {"target": MOST}))
    return lambda document: all(passes(document) for passes in filters)


def _read(key: str, value: str) -> Filter | None:
    if key in {"has_key", "key_missing"}:
        steps, is_had = value.split("."), key == "has_key"
        return lambda document: (_value(document, steps) is not None) is is_had
    if key == "search":
        return partial(_has_text, sought=value.casefold())
    if key.startswith(_NOT):
        wanted, steps = _wanted(value), key.removeprefix(_NOT).split(".")
        return lambda document: _text(_value(document, steps)) not in wanted
    if key.startswith(_IS):
        wanted, steps = _wanted(value), key.removeprefix(_IS).split(".")
        return lambda document: _text(_value(document, steps)) in wanted
    return None


def _value(document: object, steps: Sequence[str]) -> object:
    for step in steps:
        if not isinstance(document, Mapping):
            return None
        document = document.get(step)
    return document


def _has_text(value: object, sought: str) -> bool:
    """Look for a text in a value, or in what is in it."""
    if isinstance(value, str):
        return sought in value.casefold()
    if isinstance(value, Mapping):
        return _has_text([*value.values()], sought)
    return isinstance(value, list) and any(_has_text(each, sought) for each in value)


def _wanted(value: str) -> set[str]:
    try:
        return {value, *msgspec.json.decode(value, type=list[str])}
    except msgspec.MsgspecError:
        return {value}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()

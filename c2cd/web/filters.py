"""Filters of lists in the query string, as Kazoo has them (``crossbar_filter``).

``filter_KEY=VALUE`` and ``filter_not_KEY=VALUE`` compare as text, where VALUE may be a JSON list of texts,
one of which will do; ``has_key=KEY`` and ``key_missing=KEY``. KEY is dotted. Ours is ``search=TEXT``: a text
of the row has it in it, in capitals or not. A row must pass all of them.
"""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

Filter = Callable[[Mapping[str, object]], bool]

_NOT = "filter_not_"
_IS = "filter_"


def read_filters(query: Mapping[str, str]) -> Filter:
    """Give what tells whether a document passes the filters of a query string."""
    filters = [read for key, value in query.items() if (read := _read(key, value)) is not None]
    return lambda document: all(passes(document) for passes in filters)


def _read(key: str, value: str) -> Filter | None:
    if key == "has_key":
        return lambda document: _value(document, value) is not None
    if key == "key_missing":
        return lambda document: _value(document, value) is None
    if key == "search":
        return partial(_has_text, sought=value.casefold())
    if key.startswith(_NOT):
        wanted = _wanted(value)
        return lambda document: _text(_value(document, key.removeprefix(_NOT))) not in wanted
    if key.startswith(_IS):
        wanted = _wanted(value)
        return lambda document: _text(_value(document, key.removeprefix(_IS))) in wanted
    return None


def _value(document: object, key: str) -> object:
    for step in key.split("."):
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

"""Filters of lists in the query string, as Kazoo has them (``crossbar_filter``).

``filter_KEY=VALUE`` and ``filter_not_KEY=VALUE`` compare as text, where VALUE may be a JSON list of texts,
one of which will do; ``has_key=KEY`` and ``key_missing=KEY``. KEY is dotted. A row must pass all of them.
"""

from collections.abc import Callable, Mapping

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


def _wanted(value: str) -> set[str]:
    try:
        return {value, *msgspec.json.decode(value, type=list[str])}
    except msgspec.MsgspecError:
        return {value}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()

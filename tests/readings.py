"""What a request says, by simple rules that share no code with the program: whom it may call, if anybody."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from tests import hostile

# Asterisk refuses a call whose Data has one of these.
WORDS = ("CURL", "DB", "EVAL", "FILE", "ODBC", "REALTIME", "SHELL")


def has_word(text: str) -> bool:
    """Tell whether a text has one of them."""
    return any(word in text for word in WORDS)


def reads_as(text: object) -> str | None:
    """Give a contact as it is dialled, or None where it is none."""
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        return None
    text = text.strip(" ")
    if text.startswith(("sip:", "sips:")):
        is_uri = _is_uri(text.partition(":")[2]) and len(text) <= 160 and not has_word(text)
        return text if is_uri else None
    number = re.sub(r"[ .()\[\]-]", "", text.removeprefix("+"))
    is_number = 0 < len(number) <= 32 and set(number) <= set("0123456789")
    return ("+" if text.startswith("+") else "") + number if is_number else None


def _is_uri(rest: str) -> bool:
    user, _, where = rest.partition("@")
    host, colon, port = where.partition(":")
    return (
        re.fullmatch("[0-9A-Za-z_.+-]{1,64}", user) is not None
        and re.fullmatch("[0-9A-Za-z.-]{1,253}", host) is not None
        and host[0].isalnum()
        and host[-1].isalnum()
        and (not colon or (re.fullmatch("[0-9]{1,5}", port) is not None and 0 < int(port) < 65536))
    )


def is_text(shortest: int, longest: int, pattern: str = r"(?s:.*)") -> Callable[[Any], bool]:
    """Make a reading: a text of this length and pattern."""
    return lambda value: (
        isinstance(value, str) and shortest <= len(value) <= longest and bool(re.fullmatch(pattern, value))
    )


def is_list(longest: int, reading: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Make a reading: a list of such values."""
    return lambda value: isinstance(value, list) and len(value) <= longest and all(map(reading, value))


def are_variables(value: Any) -> bool:
    """Read custom_application_vars."""
    return (
        isinstance(value, dict)
        and len({name.replace("-", "_") for name in value}) == len(value) <= 32
        and all(map(is_text(1, 64, "[0-9A-Za-z_-]+"), value))
        and all(
            isinstance(text, str) and len(quote(text, "").replace("~", "%7E")) <= 900
            for text in value.values()
        )
    )


def are_headers(value: Any) -> bool:
    """Read custom_sip_headers, of which no direction is made up here."""
    return (
        isinstance(value, dict)
        and len(value) <= 32
        and all(map(is_text(1, 64, "[0-9A-Za-z_-]+"), value))
        and all(isinstance(one, str | int) for one in value.values())
    )


def are_hours(value: Any) -> bool:
    """Read hours."""
    return (
        isinstance(value, dict)
        and value.keys() == {"timezone", "open"}
        and value["timezone"] in {"UTC", "Europe/Berlin"}
        and value["open"] != []
        and is_list(50, is_text(1, 99, hostile.OPEN))(value["open"])
    )


_NO_WORD = rf"(?!.*({'|'.join(WORDS)}))"
_SHOWN = is_text(1, 64, _NO_WORD + r"\+?[0-9A-Za-z*#_.-]+")
_PATTERN = is_text(1, 1024)
READINGS: dict[str, Callable[[Any], bool]] = {
    "name": is_text(1, 128),
    "extension": is_text(1, 64, _NO_WORD + r"[0-9A-Za-z*#+_.-]+"),
    "caller_id_number": _SHOWN,
    "outbound_callee_id_number": _SHOWN,
    "outbound_callee_id_name": is_text(0, 128),
    "presence_id": is_text(0, 99_999),
    "ringback": is_text(0, 99_999),
    "dial_first": lambda value: value in ("extension", "contact"),
    "media": lambda value: (
        isinstance(value, dict) and isinstance(value.get("ignore_early_media", True), bool)
    ),
    "music_on_hold": lambda value: isinstance(value, dict) and is_text(0, 2048)(value.get("media_id", "")),
    "custom_application_vars": are_variables,
    "custom_sip_headers": are_headers,
    "hours": are_hours,
    "allowed_origins": is_list(100, is_text(1, 255, r"\*|[a-z][a-z0-9+.-]*://[^/?#\s]+")),
    "whitelist": is_list(200, lambda value: _PATTERN(value) and value not in hostile.BAD_PATTERNS),
}


def may_be_saved(document: dict[str, Any]) -> bool:
    """Tell whether a button of this document is one; a field that is null is not there."""
    said = {field: value for field, value in document.items() if value is not None}
    return {"name", "extension"} <= said.keys() and all(READINGS[field](said[field]) for field in said)


def contact_of(query: str, body: bytes, *, is_form: bool) -> object:
    """Read the contact that a request names: in its body, else in its query string, else beside its data."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    try:
        content = json.loads(body) if body.strip() else {}
    except ValueError:
        assert is_form, body
        content = {"data": dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))}
        if "contact" in content["data"]:
            return re.sub("^ ", "+", content["data"]["contact"])
    data = content.get("data")
    if isinstance(data, dict) and "contact" in data:
        return data["contact"]
    return re.sub("^ ", "+", asked["contact"]) if "contact" in asked else content.get("contact")

"""The words for visitors, in their languages: those of ``button.js``, where they stand alone."""

import json
import re
from collections.abc import Collection, Mapping
from functools import cache

from c2cd.calls.causes import CANCELLED
from c2cd.errors import Denied, InvalidDocument, StoreError, SwitchForbids, SwitchSilent, SwitchUnreachable
from c2cd.guard import blocklist, challenge, country, hours, number, signing, whitelist
from c2cd.model.call import LegName
from c2cd.web.answers import StateLine
from c2cd.web.static import BUTTON, text_of

# By their keys, with {placeholders}.
Words = Mapping[str, str]

DEFAULT = "en"
RIGHT_TO_LEFT = {"ar"}

_MARKED = re.compile(r"/\*words\*/(.*?)/\*words\*/", re.DOTALL)
_RULES = {
    number.RULE: "invalid",
    **dict.fromkeys((country.COUNTRY, country.KIND, blocklist.RULE, whitelist.RULE), "refused"),
    hours.RULE: "closed",
    challenge.RULE: "challenge",
    signing.RULE: "link",
}
_FAILURES = {
    "USER_BUSY": "busy",
    **dict.fromkeys(("NO_ANSWER", "NO_USER_RESPONSE"), "no-answer"),
    "CALL_REJECTED": "declined",
    **dict.fromkeys(("UNALLOCATED_NUMBER", "NO_ROUTE_DESTINATION", "SUBSCRIBER_ABSENT"), "unreachable"),
    **dict.fromkeys(("NUMBER_CHANGED", "DESTINATION_OUT_OF_ORDER", "INVALID_NUMBER_FORMAT"), "unreachable"),
}


@cache
def languages() -> Mapping[str, Words]:
    """Give the words of each language."""
    found = _MARKED.search(text_of(BUTTON))
    if found is None:
        raise LookupError(BUTTON)
    read: dict[str, dict[str, str]] = json.loads(found[1])
    return read


languages()  # now: later the process may be a user who can't read where c2cd is installed


def language_of(accepted: str) -> str:
    """Give the language that Accept-Language wants most, of those that there are."""
    wanted = []
    for part in accepted.lower().split(","):
        tag, _, quality = part.partition(";q=")
        language = tag.strip().partition("-")[0]
        if language in languages() and (weight := _weight(quality)):
            wanted.append((weight, language))
    return max(wanted, key=lambda each: each[0], default=(0.0, DEFAULT))[1]


def _weight(quality: str) -> float:
    text = quality.strip() or "1"
    return float(text) if re.fullmatch(r"[01](\.[0-9]{1,3})?", text) else 0.0


def said_of(state: StateLine, words: Words, name: str, first: LegName, answered: Collection[LegName]) -> str:
    """Say what a call has come to, once these phones have answered, of which one rang ``first``.

    ``name`` is whom it connects to.
    """
    if state.state == "ended":
        second: LegName = "contact" if first == "extension" else "extension"
        failed = second if first in answered else first
        return filled(words, _key_of_end(state), name=words["you"] if failed == "contact" else name)
    if state.state == "answered":
        is_first_there = not answered and state.leg == "extension"
        return filled(words, "answered-extension" if is_first_there else "connecting", name=name)
    return filled(words, state.state if state.leg is None else f"{state.state}-{state.leg}", name=name)


def _key_of_end(state: StateLine) -> str:
    if state.result != "error":
        return "ended" if state.result == "success" else "unknown"
    if state.ended_by is not None or state.cause == CANCELLED:
        return "cancelled"
    return _FAILURES.get(state.cause or "", "failed")


def filled(words: Words, key: str, **values: str) -> str:
    """Give the words of a key, with these values in them."""
    text = words[key]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def key_of_refusal(error: Exception) -> str:  # noqa: PLR0911 - it is a table
    """Give the key of what is said of a click that became no call."""
    match error:
        case Denied() if error.quota is not None:
            return "live" if error.quota.key == "contact_live" else "throttled"
        case Denied():
            return _RULES.get(error.rule, "page")
        case InvalidDocument():
            return "invalid"
        case SwitchUnreachable() | StoreError():
            return "away"
        case SwitchSilent():
            return "may-ring"
        case SwitchForbids():
            return "no-cancel"
        case _:
            return "page"

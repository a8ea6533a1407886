"""How calls are shown to people and to programs, by every command alike."""

import json
import time
from collections.abc import Mapping

import msgspec

from c2cd.cli.table import Cell, Row
from c2cd.model.call import Call, Leg
from c2cd.model.journal import iso_time
from c2cd.web.history import history_item

_COLOURS = {"success": "green", "error": "red", "unknown": "yellow"}
# So many signs at the end of a call's id tell it from others.
SHORT = 6


def short_id(call_id: str) -> str:
    """Give the end of a call's id, by which people tell it from others."""
    return call_id[-SHORT:]


def leg_state(call: Call, leg: Leg) -> str:
    """Tell in a word or two what a phone does."""
    if leg.ended_at is not None or call.ended_at is not None:
        return "hung up" if leg.answered_at is not None else "-"
    if call.bridged_at is not None:
        return "talking"
    if leg.answered_at is not None:
        return "answered"
    if leg.ringing_at is not None:
        return "ringing"
    return "dialled" if leg is call.first or call.first.answered_at is not None else "waiting"


def leg_cells(call: Call) -> tuple[Cell, Cell]:
    """Tell of the extension's phone and of the contact's what they do."""
    legs = {call.first_name: call.first, call.second_name: call.second}
    colours = {"talking": "green", "ringing": "yellow"}
    words = [leg_state(call, legs[name]) for name in ("extension", "contact")]
    extension, contact = (Cell(word, colours.get(word)) for word in words)
    return extension, contact


def outcome_cell(call: Call) -> Cell:
    """Tell what became of a call; its state while that is not known."""
    if call.result is None:
        return Cell(call.state)
    words = call.result if call.cause is None else f"{call.result} {call.cause}"
    return Cell(words, _COLOURS[call.result])


LIVE_TITLES = ("CALL", "ACCOUNT", "BUTTON", "EXTENSION", "", "CONTACT", "", "FOR")
# Names and contacts are cut where the terminal is narrow.
LIVE_CUTS = (2, 5)


def live_row(call: Call, now: float, *, call_id: str, button: str) -> Row:
    """Show a call that lives, or did a moment ago, below ``LIVE_TITLES``."""
    extension, contact = leg_cells(call)
    lasts = duration((now if call.ended_at is None else call.ended_at) - call.requested_at)
    return call_id, call.account_id, button, call.extension, extension, call.contact, contact, lasts


def talk_time(call: Call) -> str:
    """Tell how long the two talked, or - where they did not or nobody knows."""
    return duration(call.talk_seconds) if call.talk_seconds else "-"


def duration(seconds: float) -> str:
    """Write a duration as m:ss or h:mm:ss."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def local_time(seconds: float) -> str:
    """Write a moment to the second, in the time zone of who asks."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def call_json(call: Call) -> str:
    """Write a call as the API shows it, with its account, its button and when it was clicked."""
    also = {
        "account_id": call.account_id,
        "button_id": call.button_id,
        "requested_at": iso_time(call.requested_at),
    }
    return json_line(also | msgspec.to_builtins(history_item(call)))


def json_line(content: Mapping[str, object]) -> str:
    """Write a JSON object that steers no terminal: what can't be seen is escaped, all else as it is."""
    text = msgspec.json.encode(content).decode()
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)

"""Lines of the event log in plain words, for people."""

from datetime import datetime
from zlib import crc32

import click

from c2cd.cli.showing import SHORT, short_id
from c2cd.cli.table import shown
from c2cd.model.journal import Entry

_COLOURS = ("cyan", "magenta", "blue", "bright_cyan", "bright_magenta", "bright_blue")
# Of the causes that people see often; any other is told in its own words.
_CAUSES = {
    "USER_BUSY": "busy",
    "NO_ANSWER": "not answered",
    "CALL_REJECTED": "declined",
    "UNALLOCATED_NUMBER": "no such number",
    "SUBSCRIBER_ABSENT": "no phone is there",
    "ORIGINATOR_CANCEL": "given up before both talked",
    "NORMAL_TEMPORARY_FAILURE": "temporary failure",
}


def tell(entry: Entry, width: int) -> str:
    """Tell a line: local time, account in so many columns, the end of the call's id, and what happened."""
    at = datetime.fromisoformat(entry.time).astimezone()
    when = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"
    return "  ".join(
        (
            click.style(when, dim=True),
            shown(entry.account_id).ljust(width),
            _call(entry.call_id),
            _what(entry),
        )
    )


def _call(call_id: str | None) -> str:
    if call_id is None:
        return "-".ljust(SHORT)
    colour = _COLOURS[crc32(call_id.encode(errors="replace")) % len(_COLOURS)]
    return click.style(shown(short_id(call_id)).ljust(SHORT), fg=colour)


def _what(entry: Entry) -> str:
    match entry.event:
        case "call.requested":
            return f"clicked: {_text(entry.extension)} and {_text(entry.contact)}{_origin(entry)}"
        case "call.ringing":
            return f"{_text(entry.leg)}'s phone rings"
        case "call.answered":
            return f"{_text(entry.leg)} answers"
        case "call.bridged":
            return click.style("both talk", fg="green")
        case "call.ended":
            return _end(entry)
        case "click.denied":
            refused = click.style(f"refused: {_text(entry.rule)}", fg="yellow")
            contact = "" if entry.contact is None else f" {shown(entry.contact)}:"
            return f"{refused}:{contact} {_text(entry.message)}{_origin(entry)}"


def _origin(entry: Entry) -> str:
    return click.style(
        f" (by {_text(entry.clicked_by)}, from {_text(entry.client)}, button {shown(entry.clicktocall_id)})",
        dim=True,
    )


def _end(entry: Entry) -> str:
    if entry.result == "success":
        talked = "talked" if entry.talk_seconds is None else f"talked {_length(entry.talk_seconds)}"
        words = click.style(f"ended: {talked}", fg="green")
    elif entry.result == "error":
        cause = entry.cause or ""
        words = click.style(
            f"ended: {_CAUSES.get(cause) or _text(cause.lower().replace('_', ' '))}", fg="red"
        )
    else:
        words = click.style("ended: nobody can say how", fg="yellow")
    if entry.ended_by == "max_minutes":
        return f"{words}, as long as max_minutes allows"
    return words if entry.ended_by is None else f"{words}, hung up by {_text(entry.ended_by)}"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _text(value: str | None) -> str:
    return shown(value) if value else "?"

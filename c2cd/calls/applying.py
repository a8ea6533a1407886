"""What a button says beside whom to call, as variables of its call: composed of parsed values alone.

Asterisk sets them on the channel that it dials first, before it dials. One whose name begins with ``__``
goes on to every channel of the call; a function, such as PJSIP_HEADER, acts on that first channel alone.
"""

import re

from c2cd.model.account import Account
from c2cd.model.button import ClickToCall, Media
from c2cd.model.variables import encoded, variable_name

Variables = tuple[tuple[str, str], ...]

AUTO_ANSWER = ("__C2CD_AUTO_ANSWER", "1")
TONE = "%("

_LOCAL = "local/"
_PJSIP = "pjsip/"
# Phones look at what is behind the address, not at it; a realm may have signs that no header has.
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_MUSIC_CLASS = re.compile(r"[A-Za-z0-9_-]{1,79}")
_HEADER_NAME = re.compile(r"[Xx]-[A-Za-z0-9_-]{1,62}")
# None of it ends a header, or a variable in AMI's list of them.
_HEADER_VALUE = re.compile(r"[A-Za-z0-9 ._:@/+-]{1,200}")


def can_auto_answer(account: Account, button: ClickToCall) -> bool:
    """Tell whether the extension's leg can be given what has its phone answer by itself.

    A PJSIP channel gets the headers only where it rings first; behind a Local one the dialplan adds them.
    """
    channel = account.extension_channel.lower()
    return channel.startswith(_LOCAL) or (channel.startswith(_PJSIP) and button.dial_first == "extension")


def variables_of(
    account: Account, button: ClickToCall, contact_channel: str, *, auto_answer: bool
) -> Variables:
    """Give the variables of a button's call; ``contact_channel`` is how its contact is dialled."""
    own = button.custom_application_vars.items()
    found = [(f"__{variable_name(name)}", encoded(value)) for name, value in own]
    music = button.music_on_hold.media_id if button.music_on_hold else None
    if music and _MUSIC_CLASS.fullmatch(music):
        found.append(("CHANNEL(musicclass)", music))
    if auto_answer and can_auto_answer(account, button):
        found += _auto_answer(account)
    if button.dial_first == "contact" and contact_channel.lower().startswith(_PJSIP):
        found += _headers(button)
    return tuple(found)


def takes_early_media(button: ClickToCall) -> bool:
    """Tell whether the phone that rings first is there as soon as it sends sound."""
    return isinstance(button.media, Media) and button.media.ignore_early_media is False


def plays_ringback(button: ClickToCall) -> bool:
    """Tell whether who waits for the second phone hears the switch's own ringing."""
    return (button.ringback or "").startswith(TONE)


def _auto_answer(account: Account) -> list[tuple[str, str]]:
    """Give both headers that phones know, or what the dialplan behind a Local channel takes them from."""
    if account.extension_channel.lower().startswith(_LOCAL):
        return [AUTO_ANSWER]
    host = account.realm if _HOST.fullmatch(account.realm) else "localhost"
    return [
        _header("Call-Info", f"<sip:{host}>;answer-after=0"),
        _header("Alert-Info", f"<http://{host}>;info=alert-autoanswer;delay=0"),
    ]


def _headers(button: ClickToCall) -> list[tuple[str, str]]:
    """Give the headers for what we send, ``out`` before what stands beside it, that can do no harm."""
    custom = dict(button.custom_sip_headers or {})
    outgoing = custom.pop("out", {})
    chosen: dict[str, tuple[str, str]] = {}
    for name, value in [*custom.items(), *(outgoing.items() if isinstance(outgoing, dict) else ())]:
        text = str(value).lower() if isinstance(value, bool) else str(value).strip(" ")
        if _HEADER_NAME.fullmatch(name) and not isinstance(value, dict) and _HEADER_VALUE.fullmatch(text):
            chosen[name.lower()] = _header(name, text)
    return list(chosen.values())


def _header(name: str, value: str) -> tuple[str, str]:
    return f"PJSIP_HEADER(add,{name})", value

"""The switch that is measured on: Asterisk 22, whose extensions answer and hang up at once."""

import asyncio
import resource
import secrets
from pathlib import Path
from typing import Any

from tests.lab.asterisk import Asterisk
from tests.lab.configuration import Manager, modules_conf
from tests.process import free_port

REALM = "acme.example"
# The extension that rings first; what c2cd, or the dialplan, dials next is the contact.
EXTENSION = "1001"
BUTTON: dict[str, Any] = {"name": "Sales", "extension": EXTENSION, "whitelist": ["^\\+1"]}
# An extension that talks on, as do contacts whose numbers begin so.
TALKING_EXTENSION, TALKING = "2000", "+1313"

# The users: the limit's, those of what people use instead, and who only sees that a call is decided.
RAW, SCRIPTS, WATCHER, ARI_WATCHER = "raw", "scripts", "watcher", "ari-watcher"
# A user of c2cd's whose admin has left the filters out, and one who has the switch say events.
UNFILTERED, TALKER = "unfiltered", "talker"
ARI = "bench"
ARI_CHANNEL = "ari-"
# Where ARI's second leg comes from: it takes an extension, not an application with its data.
ARI_CONTEXT = "second-leg"

_SHIPPED = Path(__file__).parents[2] / "config" / "asterisk" / "c2cd.conf"

# What answers and hangs up at once is as little work as a call can be.
_EXTENSIONS = f"""
[from-internal]
exten => {TALKING_EXTENSION},1,Answer()
 same => n,Wait(3600)
exten => _{TALKING}!,1,Answer()
 same => n,Wait(3600)
exten => _[+0-9]!,1,Answer()
 same => n,Hangup()

[{ARI_CONTEXT}]
exten => _[+0-9]!,1,Dial(Local/${{EXTEN}}@from-internal/n,30,iS(14400)f("{EXTENSION}" <{EXTENSION}>))
"""
_HTTP = (
    "res_http_websocket",
    "res_websocket_client",
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_ari_model",
    "res_ari",
    "res_ari_channels",
)
# Two users who hear of nothing but the ends of orders, and one who hears what becomes of ARI's channels.
_ENDS = "eventfilter(action(include),name(OriginateResponse)) =\n"
_OF_ARI = "".join(
    f"eventfilter(action(include),name({name}),header(Uniqueid),method(starts_with)) = {ARI_CHANNEL}\n"
    for name in ("Newstate", "Hangup")
)


class BenchSwitch(Asterisk):
    """The switch, with the users of all ways, ARI, and the manager's HTTP. It is the same for all ways."""

    web = True

    def __init__(self) -> None:
        super().__init__(
            "testing",
            section=_SHIPPED.read_text(),
            managers={
                RAW: _user(RAW, "read = call\nwrite = originate", _ENDS),
                WATCHER: _user(WATCHER, "read = call", _ENDS),
                ARI_WATCHER: _user(ARI_WATCHER, "read = call", _OF_ARI),
                SCRIPTS: _user(SCRIPTS, "write = originate"),
                UNFILTERED: _user(
                    UNFILTERED, "read = call,system,user,dialplan\nwrite = originate,reporting"
                ),
                TALKER: _user(TALKER, "write = user"),
            },
        )
        self.http_port = free_port()
        self.ari_secret = secrets.token_hex(16)
        self.also = {
            "extensions.conf": _EXTENSIONS,
            "modules.conf": modules_conf(*_HTTP),
            "http.conf": f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {self.http_port}\n"
            "sessionlimit = 1000\n",
            "websocket_client.conf": "",
            "ari.conf": f"[general]\nenabled = yes\n[{ARI}]\ntype = user\npassword = {self.ari_secret}\n",
        }

    async def start(self) -> None:
        """Start, with as many descriptors as there may be: each channel has some."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        await super().start()

    async def idle(self) -> None:
        """Wait until no call is up: what one way left behind is not the next one's to bear."""
        async with asyncio.timeout(60):
            while "0 active channels" not in await self.cli("core show channels count"):  # noqa: ASYNC110 - as it does
                await asyncio.sleep(0.1)


def _user(name: str, rights: str, filters: str = "") -> Manager:
    section = f"\n[{name}]\nsecret = CHANGE-ME\n{rights}\nwritetimeout = 5000\n{filters}"
    return Manager(secret=secrets.token_hex(16), section=section)


def bench_switch() -> BenchSwitch:
    """Give the switch, not yet started."""
    return BenchSwitch()

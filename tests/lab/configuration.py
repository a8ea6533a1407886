"""The configuration of a switch of the lab, as the text of its files.

Every socket is bound to loopback, the phones are static contacts there, and nothing registers. All
modules that a call does not need stay out, which is what makes a switch ready in about a second.
"""

import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

MODULES = (
    "app_dial",
    "app_exec",
    "app_stack",
    "app_system",
    "app_verbose",
    "bridge_builtin_features",
    "bridge_native_rtp",
    "bridge_simple",
    "bridge_softmix",
    "bridge_holding",
    "chan_pjsip",
    "codec_ulaw",
    "func_callerid",
    "func_channel",
    "func_global",
    "func_hangupcause",
    "func_logic",
    "func_strings",
    "func_timeout",
    "func_uri",
    "pbx_config",
    "res_clioriginate",
    "res_musiconhold",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_caller_id",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_header_funcs",
    "res_pjsip_nat",
    "res_pjsip_pubsub",
    "res_pjsip_rfc3326",
    "res_pjsip_sdp_rtp",
    "res_pjsip_session",
    "res_rtp_asterisk",
    "res_sorcery_astdb",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_timing_timerfd",
)

# What the project ships for extensions that answer by themselves.
DIALPLAN = Path(__file__).parents[2] / "config" / "asterisk" / "c2cd-extensions.conf"

EXTENSIONS = r"""
[from-internal]
exten => 1001,1,Dial(PJSIP/1001,120)
exten => _+X.,1,Dial(PJSIP/${EXTEN}@trunk,120)
exten => _XXXXX.,1,Dial(PJSIP/${EXTEN}@trunk,120)
; who needs no phone
exten => 2000,1,Answer()
 same => n,Wait(60)
exten => 2001,1,Hangup(17)
exten => 2002,1,Ringing()
 same => n,Wait(60)
exten => 2003,1,Hangup(21)
exten => 2004,1,Answer()
 same => n,Hangup()

; ends whatever is dialled at once, answered
[ending]
exten => _[+0-9]!,1,Answer()
 same => n,Hangup()

; tells a phone what came as a variable
[telling]
exten => _[+0-9].,1,Dial(PJSIP/${EXTEN}@trunk,120,b(tell^s^1))
[tell]
exten => s,1,Set(PJSIP_HEADER(add,X-Came)=${C2CD_VAR_order_note})
 same => n,Set(PJSIP_HEADER(add,X-Decoded)=${URIDECODE(${C2CD_VAR_order_note})})
 same => n,Return()
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    """The loopback ports of one switch and of its two phones, and its range for RTP."""

    ami: int
    sip: int
    extension_phone: int
    contact_phone: int
    rtp_first: int
    rtp_last: int

    @classmethod
    def free(cls) -> Self:
        """Give ports that nobody has now; the kernel gives runs side by side different ones.

        RTP ranges may overlap, since Asterisk passes over ports that are taken.
        """
        rtp = random.randrange(10_000, 30_000, 1_000)  # noqa: S311
        return cls(
            ami=_free_port(socket.SOCK_STREAM),
            sip=_free_port(socket.SOCK_DGRAM),
            extension_phone=_free_port(socket.SOCK_DGRAM),
            contact_phone=_free_port(socket.SOCK_DGRAM),
            rtp_first=rtp,
            rtp_last=rtp + 999,
        )


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, kw_only=True, slots=True)
class Manager:
    """A user of the manager interface.

    `section` is the text of its whole section, as one that the project ships, with CHANGE-ME for the secret;
    then `read` and `write` say nothing.
    """

    secret: str = field(repr=False)
    read: str = ""
    write: str = ""
    section: str = ""


def modules_conf(*more: str) -> str:
    """Give modules.conf, with modules beyond those that a call needs."""
    return "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in (*MODULES, *more))


def files(
    *, modules: str, home: str, ports: Ports, managers: Mapping[str, Manager], web: bool = False
) -> dict[str, str]:
    """Give the text of every file of a switch's configuration folder, by name."""
    return {
        "asterisk.conf": f"""
[directories]
astcachedir => {home}/cache
astetcdir => {home}/etc
astmoddir => {modules}
astvarlibdir => {home}/lib
astdbdir => {home}/lib
astkeydir => {home}/lib
astdatadir => /usr/share/asterisk
astagidir => /usr/share/asterisk/agi-bin
astspooldir => {home}/spool
astrundir => {home}/run
astlogdir => {home}/log
astsbindir => /usr/sbin
[options]
live_dangerously = no
""",
        "modules.conf": modules_conf(),
        "logger.conf": "[general]\n[logfiles]\nmessages.log => notice,warning,error\n",
        "manager.conf": manager_conf(ports.ami, managers, web=web),
        "pjsip.conf": pjsip_conf(ports),
        "rtp.conf": f"[general]\nrtpstart = {ports.rtp_first}\nrtpend = {ports.rtp_last}\nicesupport = no\n",
        "extensions.conf": EXTENSIONS + DIALPLAN.read_text(),
        "http.conf": "[general]\nenabled = no\n",
        "pjproject.conf": "[startup]\nlog_level = 0\n",
        "features.conf": "[general]\n",
        "musiconhold.conf": "[general]\n",
        "udptl.conf": "[general]\n",
        "ccss.conf": "[general]\n",
        "acl.conf": "",
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = no\n",
    }


def manager_conf(
    port: int, managers: Mapping[str, Manager], *, enabled: bool = True, web: bool = False
) -> str:
    """Give manager.conf, for these users, by HTTP too if ``web``; not ``enabled``, nobody is let in."""
    users = "".join(
        manager.section.replace("CHANGE-ME", manager.secret)
        or f"""
[{name}]
secret = {manager.secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = {manager.read}
write = {manager.write}
writetimeout = 5000
"""
        for name, manager in managers.items()
    )
    return f"""
[general]
enabled = {"yes" if enabled else "no"}
webenabled = {"yes" if web else "no"}
bindaddr = 127.0.0.1
port = {port}
allowmultiplelogin = yes
displayconnects = no
{users}"""


def pjsip_conf(ports: Ports) -> str:
    """Give pjsip.conf with the extension 1001 and the trunk, whose phones are at these ports."""
    endpoints = "".join(
        f"""
[{name}]
type = endpoint
context = from-internal
aors = {name}
disallow = all
allow = ulaw
direct_media = no
send_rpid = yes
send_pai = yes
trust_id_outbound = yes
rtp_timeout = 0
[{name}]
type = aor
contact = sip:{user}127.0.0.1:{phone}
"""
        for name, user, phone in (
            ("1001", "1001@", ports.extension_phone),
            ("trunk", "", ports.contact_phone),
        )
    )
    return f"""
[transport]
type = transport
protocol = udp
bind = 127.0.0.1:{ports.sip}
{endpoints}"""

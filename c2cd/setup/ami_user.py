"""The AMI user: where Asterisk reads it from, what is written there, and how it is taken away again."""

import re
import secrets

from msgspec import Struct

from c2cd.errors import SetupError
from c2cd.setup.files import File, new_file, read, removing, rewrite
from c2cd.setup.host import Host
from c2cd.setup.manager_conf import FOLDER, MANAGER, Manager, read_manager
from c2cd.setup.plan import Action, Step, running
from c2cd.setup.shipped import shipped
from c2cd.switch.version import Version, read_version

SECRET = "/etc/c2cd/ami.secret"  # noqa: S105 - where it is kept
# Plain Asterisk's, in Debian; and FreePBX's, whose manager.conf is generated.
OWN_FILE = f"{FOLDER}/manager.d/c2cd.conf"
CUSTOM = f"{FOLDER}/manager_custom.conf"
USER = "c2cd"
BEGIN = "; c2cd setup wrote this, and c2cd setup --remove takes it away, down to its end"
END = "; c2cd setup: the end"
_BLOCK = re.compile(f"^{re.escape(BEGIN)}\n.*?^{re.escape(END)}\n", re.MULTILINE | re.DOTALL)
_VERSION = re.compile(r"^Asterisk (\S+)", re.MULTILINE)
# AMI was off: whoever turned it off had no address in mind that it should listen at, so it gets the safest.
_TURN_ON = """\
; AMI was off. This is read after the [general] of manager.conf, and has the last word.
[general](+)
enabled = yes
bindaddr = 127.0.0.1

"""
_RELOAD = ("asterisk", "-rx", "manager reload")


class AmiUser(Struct, frozen=True):
    """What is to be: the user's section, in the file that Asterisk reads; ``port`` is AMI's.

    ``elsewhere`` is the file that has such a user already, which is the admin's own.
    """

    file: str
    text: str
    secret: str
    port: str
    turns_on: bool
    elsewhere: str | None = None

    def __repr__(self) -> str:
        return f"AmiUser(file={self.file!r})"


def asterisk_version(host: Host) -> Version | None:
    """Give the version of the Asterisk that runs, None where it is built from Git and has no number.

    SetupError where none runs.
    """
    if host.ask("asterisk", "-V") is None:
        raise SetupError("Asterisk is not on this host: c2cd is installed where it runs")
    said = host.ask("asterisk", "-rx", "core show version")
    if said is None:
        raise SetupError("Asterisk does not run: start it (systemctl start asterisk), and run this again")
    found = _VERSION.search(said)
    return read_version(found[1]) if found else None


def plan_ami_user(host: Host) -> AmiUser:
    """Find out where Asterisk reads AMI users from, and what has to stand there.

    SetupError, with what to do, where Asterisk or a place for it is missing.
    """
    version = asterisk_version(host)
    if not host.at(MANAGER).exists():
        raise SetupError(f"{MANAGER} is missing, without which Asterisk has no manager interface")
    custom = read(host.at(CUSTOM))
    manager = read_manager(host, {OWN_FILE: "", CUSTOM: _BLOCK.sub("", custom or "")})
    elsewhere = manager.where.get(USER)
    new = version is None or version.knows_new_filters
    section = shipped(f"config/asterisk/{'c2cd' if new else 'c2cd-older'}.conf")
    secret = _secret(host)
    text = section.replace("\nsecret = CHANGE-ME\n", f"\nsecret = {secret}\n")
    return AmiUser(
        file=elsewhere or _place(host, manager),
        text=text if manager.is_enabled else _TURN_ON + text,
        secret=secret,
        port=manager.port,
        turns_on=not manager.is_enabled,
        elsewhere=elsewhere,
    )


def _place(host: Host, manager: Manager) -> str:
    for file in (OWN_FILE, CUSTOM):
        there = host.at(file).parent.is_dir() if file == OWN_FILE else host.at(file).exists()
        found = next((include for include in manager.includes if include.takes_in(file)), None)
        if not there or found is None:
            continue
        if manager.is_enabled or found.after_general:
            return file
        raise SetupError(f"AMI is off: put  enabled = yes  under [general] in {MANAGER}, and run this again")
    raise SetupError(
        f"{MANAGER} includes neither manager.d/*.conf nor manager_custom.conf: make the folder"
        f' {FOLDER}/manager.d, put  #include "manager.d/*.conf"  at the end of {MANAGER}, and run this again'
    )


def _secret(host: Host) -> str:
    """Give the secret that there is already, so that the two places that hold it agree, else a new one."""
    if kept := (read(host.at(SECRET)) or "").strip():
        return kept
    return read_manager(host, {}).sections.get(USER, {}).get("secret") or secrets.token_hex(24)


def ami_user(host: Host, wanted: AmiUser | None) -> Step:
    """Give the step of the AMI user, and of Asterisk's hearing of it; without ``wanted`` of what is there."""
    found = _found(host)
    remove = tuple(_taking_away(host, file) for file in found)
    is_heard = f"username: {USER}" in (host.ask("asterisk", "-rx", f"manager show user {USER}") or "")
    if is_heard and USER not in read_manager(host, dict.fromkeys(found, "")).sections:
        remove = (*remove, running(host, *_RELOAD))
    if wanted is None:
        return Step(remove=remove)
    if wanted.elsewhere is not None:
        there = f"{wanted.elsewhere} has an AMI user {USER} already, and is left as it is"
        return Step(now=there, remove=remove)
    if not found:
        return Step(make=(_writing(host, wanted), running(host, *_RELOAD)))
    if found != {wanted.file: wanted.text}:
        now = f"{' and '.join(found)}: the AMI user {USER} is there, not as setup would write it, and is left"
        return Step(now=now, remove=remove)
    reload = () if is_heard else (running(host, *_RELOAD),)
    return Step(now=f"{wanted.file}: the AMI user {USER} is there", make=reload, remove=remove)


def _found(host: Host) -> dict[str, str]:
    """Give what is there of ours, by file."""
    found = {}
    if (own := read(host.at(OWN_FILE))) is not None:
        found[OWN_FILE] = own
    if block := _BLOCK.search(read(host.at(CUSTOM)) or ""):
        found[CUSTOM] = block[0].removeprefix(f"{BEGIN}\n").removesuffix(f"{END}\n")
    return found


def _writing(host: Host, wanted: AmiUser) -> Action:
    note = f"the AMI user {USER}" + (", and AMI turned on for 127.0.0.1" if wanted.turns_on else "")
    if wanted.file == OWN_FILE:  # read by whoever reads manager.conf
        return new_file(host, File(OWN_FILE, wanted.text, host.owner(host.at(MANAGER)), 0o640, note))
    lines = len(wanted.text.splitlines()) + 2
    line = f"append {lines} lines to {CUSTOM}, {note}"
    return Action(line, lambda: rewrite(host.at(CUSTOM), lambda before: _appended(before, wanted.text)))


def _appended(before: str, text: str) -> str:
    gap = "" if before.endswith("\n") or not before else "\n"
    return f"{before}{gap}{BEGIN}\n{text}{END}\n"


def _taking_away(host: Host, file: str) -> Action:
    if file == OWN_FILE:
        return removing(host, OWN_FILE)
    line = f"take the lines of the AMI user {USER} out of {CUSTOM}"
    return Action(line, lambda: rewrite(host.at(CUSTOM), lambda before: _BLOCK.sub("", before)))

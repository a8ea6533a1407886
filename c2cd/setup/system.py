"""What systemd and the rest of the system have of the service: its user, its folders, its unit."""

import hashlib
import re
from pathlib import Path

from c2cd.errors import SetupError
from c2cd.setup.files import File, hand_over, new_file, new_folder, read, removing, rewrite
from c2cd.setup.host import Host
from c2cd.setup.plan import Action, Step, running
from c2cd.setup.shipped import shipped

USER = "c2cd"
SERVICE = "c2cd.service"
STATE = "/var/lib/c2cd"
LOGS = "/var/log/c2cd"
UNIT = f"/etc/systemd/system/{SERVICE}"
_SHIPPED_AT = "/opt/c2cd"
# ProtectHome and PrivateTmp hide these from the service.
_HIDDEN = ("/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/")  # noqa: S108 - not used, refused
_RESTART = ("systemctl", "try-restart", SERVICE)
_OTHERS_GO_IN = 0o005
_MARK = re.compile(r"# c2cd setup wrote this; it is replaced while its SHA-256 is ([0-9a-f]{64})\n\Z")


def require(host: Host) -> None:
    """SetupError where nothing can be set up, or taken away, on this host."""
    if not host.is_root:
        raise SetupError("only root can do this: sudo c2cd setup")
    if not host.at("/run/systemd/system").is_dir():
        raise SetupError("systemd does not run on this host; the README says what to do by hand")


def user(host: Host) -> Step:
    """Give the step of the system user that c2cd runs as."""
    entry, group = host.user(USER), host.group(USER)
    drop_group = Action(f"run groupdel {USER}, if it is left", lambda: _drop_group(host))
    if entry is None:
        own_group = ["--gid", USER] if group else ["--user-group"]
        add = ["useradd", "--system", *own_group, "--home-dir", STATE, "--no-create-home"]
        make = running(host, *add, "--shell", "/usr/sbin/nologin", USER)
        return Step(make=(make,), remove=(drop_group,) if group else ())
    if entry[5] != STATE:  # somebody's who has the name
        return Step(now=f"the user {USER} is there, with the home {entry[5]}, and is taken as it is")
    return Step(now=f"the user {USER} is there", remove=(running(host, "userdel", USER), drop_group))


def _drop_group(host: Host) -> None:
    if host.group(USER):  # userdel leaves a group that has other members
        host.order("groupdel", USER)


def state_folder(host: Host) -> Step:
    """Give the step of the folder with the database, which stays, and is root's while there is no c2cd.

    A number that was c2cd's may be given to the next system user, who is not to have the calls of everybody.
    """
    at, entry = host.at(STATE), host.user(USER)
    if not at.exists():
        return Step(make=(new_folder(host, STATE, f"{USER}:{USER}", 0o750),))
    owner = f"{USER}:{USER}"

    def leave() -> None:
        for lock in at.glob("*.lock"):  # of a daemon that is gone by now
            lock.unlink()
        hand_over(at, host.ids("root:root"))

    keep = Action(f"keep {STATE} with the database, and give it to root", leave)
    remove = () if at.stat().st_uid == host.ids("root:root")[0] else (keep,)
    if entry is not None and at.stat().st_uid == int(entry[2]):
        return Step(now=f"{STATE} is there", remove=remove)
    line = f"give {STATE}, with what is in it, to {owner}"
    return Step(make=(Action(line, lambda: hand_over(at, host.ids(owner))),), remove=remove)


def log_folder(host: Host) -> Step:
    """Give the step of the folder that systemd makes for the service, and does not take away with it."""
    return Step(remove=(removing(host, LOGS),)) if host.at(LOGS).exists() else Step()


def unit(host: Host, text: str | None) -> Step:
    """Give the step of the unit. An older one that setup wrote is replaced, unless somebody edited it."""
    found = read(host.at(UNIT))
    reload, restart = running(host, "systemctl", "daemon-reload"), running(host, *_RESTART)
    remove = () if found is None else (removing(host, UNIT), reload)
    if text is None:
        return Step(remove=remove)
    if found is None:
        return Step(make=(new_file(host, File(UNIT, text, "root:root", 0o644)), reload))
    if found in {text, _without_mark(text)}:
        said = host.ask("systemctl", "show", "--property=NeedDaemonReload", "--value", SERVICE)
        is_old = (said or "").strip() == "yes"
        return Step(now=f"{UNIT} is there", make=(reload, restart) if is_old else (), remove=remove)
    if not _is_as_written(found):
        now = f"{UNIT} is there, not as setup would write it, and is left as it is"
        return Step(now=now, remove=remove)
    write = Action(
        f"replace {UNIT}, which an older setup wrote", lambda: rewrite(host.at(UNIT), lambda _: text)
    )
    return Step(now=f"{UNIT} is there", make=(write, reload, restart), remove=remove)


def unit_text(prefix: Path) -> str:
    """Give the unit for c2cd as it is installed at ``prefix``, with the mark by which setup knows its own.

    SetupError where the service could not see what it is to run.
    """
    if prefix.is_dir() and prefix.stat().st_mode & _OTHERS_GO_IN != _OTHERS_GO_IN:
        raise SetupError(
            f"the user {USER} may not go into {prefix}: chmod -R go+rX {prefix}, and run this again"
        )
    if f"{prefix}/".startswith(_HIDDEN):
        raise SetupError(
            f"c2cd is installed in {prefix}, which its service can't see: install it into {_SHIPPED_AT}"
        )
    text = shipped(f"systemd/{SERVICE}").replace(f"{_SHIPPED_AT}/bin/", f"{prefix}/bin/")
    return f"{text}# c2cd setup wrote this; it is replaced while its SHA-256 is {_digest(text)}\n"


def _is_as_written(text: str) -> bool:
    mark = _MARK.search(text)
    return mark is not None and mark[1] == _digest(_without_mark(text))


def _without_mark(text: str) -> str:
    return _MARK.sub("", text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def service(host: Host) -> Step:
    """Give the step of the running service."""
    is_enabled = host.ask("systemctl", "is-enabled", SERVICE) is not None
    is_active = host.ask("systemctl", "is-active", SERVICE) is not None
    make = () if is_enabled and is_active else (running(host, "systemctl", "enable", "--now", SERVICE),)
    is_there = is_enabled or is_active or host.at(UNIT).exists()
    remove = (running(host, "systemctl", "disable", "--now", SERVICE),) if is_there else ()
    return Step(now="" if make else f"{SERVICE} runs, and starts with the host", make=make, remove=remove)

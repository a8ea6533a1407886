"""A host in a folder: real files, and commands that are played as Debian's were seen to answer.

The words are those of Debian 12: systemd 252, shadow 4.13, and Asterisk 16.28 or 22.10.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from c2cd.setup.ami_user import AmiUser, plan_ami_user
from c2cd.setup.configuration import FirstAccount, first_configuration
from c2cd.setup.host import Host, Ran
from c2cd.setup.manager_conf import read_manager
from c2cd.setup.plan import Action, Step
from c2cd.setup.steps import Wanted, steps
from c2cd.setup.system import UNIT, unit_text

# Debian's, without its comments.
STOCK = """\
[general]
enabled = yes
port = 5038
bindaddr = 127.0.0.1

; Individual users go here.
#include "manager.d/*.conf"\x20
"""
FREEPBX = """\
[general]
enabled = yes
port = 5038
bindaddr = 0.0.0.0
[admin]
secret = of-freepbx
#include manager_additional.conf
#include manager_custom.conf
"""
NOBODY = Ran(2, "")
PREFIX = Path("/opt/c2cd")
ACCOUNT = FirstAccount("acme", "acme.example", "US")


class Machine:
    """A host with systemd and a running Asterisk; ``ran`` has each command that changed something.

    A command whose words begin with ``failing`` fails.
    """

    def __init__(self, root: Path, manager: str = STOCK, version: str = "16.28.0~dfsg-0+deb11u4") -> None:
        self.root = root
        self.version: str | None = version
        self.has_asterisk = True
        self.ran: list[str] = []
        self.failing = "nothing"
        self.entries: dict[str, str] = {}
        self.members = ""
        self.enabled = self.active = self.needs_reload = False
        self.heard: set[str] = set()
        self.host = Host(root, self.run, is_root=True)
        for folder in (
            "etc/asterisk/manager.d",
            "etc/systemd/system",
            "run/systemd/system",
            "var/lib",
            "var/log",
        ):
            (root / folder).mkdir(parents=True)
        self.write("/etc/asterisk/manager.conf", manager)
        # A process that is not root can give files to nobody but itself.
        self.other = 990 if os.geteuid() == 0 else os.getuid()

    def write(self, path: str, text: str) -> Path:
        """Write a file of the host."""
        file = self.host.at(path)
        file.write_text(text)
        return file

    def text(self, path: str) -> str:
        """Read a file of the host."""
        return self.host.at(path).read_text()

    def wanted(self) -> Wanted:
        """Say what setup wants of this host."""
        return Wanted(
            ami_user=self.ami_user(),
            configuration=first_configuration(ACCOUNT, "5038"),
            unit=unit_text(PREFIX),
        )

    def ami_user(self) -> AmiUser:
        """Say which AMI user it wants."""
        return plan_ami_user(self.host)

    def steps(self) -> list[Step]:
        """Look at the host, to make what is missing."""
        return steps(self.host, self.wanted())

    def left(self) -> list[Step]:
        """Look at the host, to take away what is there."""
        return steps(self.host, None)

    def tree(self) -> dict[str, str]:
        """Give each file with what is in it."""
        files = (path for path in self.root.rglob("*") if path.is_file())
        return {f"/{path.relative_to(self.root)}": path.read_text() for path in files}

    def run(self, command: Sequence[str]) -> Ran:
        """Play a command."""
        line = " ".join(command)
        if line.startswith(self.failing):
            return Ran(1, "", f"{command[0]}: it does not work today\n")
        if command[0] == "getent":
            return self._getent(command[1], command[2])
        if command[0] == "systemctl":
            return self._systemctl(*command[1:])
        if command[0] == "asterisk":
            return self._asterisk(*command[1:])
        self.ran.append(line)
        name = command[-1]
        if command[0] == "useradd":
            home = command[command.index("--home-dir") + 1]
            self.entries["passwd"] = f"{name}:x:{self.other}:{self.other}::{home}:/usr/sbin/nologin"
            self.entries["group"] = f"{name}:x:{self.other}:{self.members}"
        elif command[0] == "userdel":
            del self.entries["passwd"]
            if not self.members:
                del self.entries["group"]
        elif command[0] == "groupdel":
            del self.entries["group"]
        else:
            raise FileNotFoundError(2, "No such file or directory")
        return Ran(0, "")

    def _getent(self, table: str, key: str) -> Ran:
        if key == "c2cd":
            return Ran(0, f"{self.entries[table]}\n") if table in self.entries else NOBODY
        if key in {"root", "asterisk", str(os.geteuid()), str(os.getegid())}:  # whose the folder is
            number = os.getuid() if table == "passwd" else os.getgid()
            return Ran(0, f"root:x:{number}:{number}:root:/root:/bin/bash\n")
        owner = self.entries.get(table, "")
        return Ran(0, f"{owner}\n") if owner.split(":")[2:3] == [key] else NOBODY

    def _systemctl(self, verb: str, *words: str) -> Ran:
        if verb == "is-enabled":
            return Ran(0, "enabled\n") if self.enabled else Ran(1, "disabled\n")
        if verb == "is-active":
            return Ran(0, "active\n") if self.active else Ran(3, "inactive\n")
        if verb == "show":
            return Ran(0, "yes\n" if self.needs_reload else "no\n")
        self.ran.append(" ".join(["systemctl", verb, *words]))
        if verb in {"enable", "disable"}:
            if not self.host.at(UNIT).exists():
                return Ran(1, "", "Failed to enable unit: Unit file c2cd.service does not exist.\n")
            self.enabled = self.active = verb == "enable"
        elif verb == "daemon-reload":
            self.needs_reload = False
        return Ran(0, "")

    def _asterisk(self, *words: str) -> Ran:
        if not self.has_asterisk:
            raise FileNotFoundError(2, "No such file or directory")
        if words == ("-V",):
            return Ran(0, "Asterisk 16.28.0~dfsg-0+deb11u4\n")
        if self.version is None:
            return Ran(
                1, "", "Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)\n"
            )
        ask = words[1]
        if ask == "core show version":
            return Ran(
                0, f"Asterisk {self.version} built by nobody @ buildd.debian.org on a unknown running Linux\n"
            )
        if ask == "manager show user c2cd":
            known = "\n          username: c2cd\n            secret: <Set>\n"
            return Ran(0, known if "c2cd" in self.heard else "There is no manager called c2cd\n")
        self.ran.append(" ".join(["asterisk", *words]))
        self.heard = set(read_manager(self.host, {}).sections)
        return Ran(0, "")


def lines(actions: Sequence[Action]) -> list[str]:
    """Give the lines that announce actions."""
    return [action.line for action in actions]

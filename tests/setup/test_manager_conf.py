"""manager.conf is read as Asterisk reads it; ``tests/real`` holds the same examples to it."""

from pathlib import Path

import pytest

from c2cd.setup.ami_user import CUSTOM, OWN_FILE
from c2cd.setup.manager_conf import MANAGER, Include, Manager, read_manager
from tests.setup.machine import FREEPBX, STOCK, Machine

GENERAL = "[general]\nenabled = no\nbindaddr = 0.0.0.0\n"


def reading(folder: Path, text: str) -> Manager:
    """Read a manager.conf, beside which manager.d/ has two files."""
    machine = Machine(folder, text)
    machine.write("/etc/asterisk/manager.d/a.conf", "[of-a]\nsecret = a\n[general](+)\nenabled = yes\n")
    machine.write("/etc/asterisk/manager.d/README", "[of-readme]\n")
    return read_manager(machine.host, {})


INCLUDING = {
    "in quotes": '#include "manager.d/*.conf"',
    "in angle brackets": "#include <manager.d/*.conf>",
    "bare": "#include manager.d/*.conf",
    "if it is there": "#tryinclude manager.d/*.conf",
    "indented, with a comment": ' #include "manager.d/*.conf" ; all of them',
    "in capitals": "#INCLUDE manager.d/*.conf",
    "the whole path": "#include /etc/asterisk/manager.d/*.conf",
    "after a block comment": ";-- hidden --; #include manager.d/*.conf",
    "after a line that looks like a block comment": ";---- hidden\n#include manager.d/*.conf",
}
NOT_INCLUDING = {
    "a comment": '; #include "manager.d/*.conf"',
    "a comment without a space": ';#include "manager.d/*.conf"',
    "a block comment": ';--\n#include "manager.d/*.conf"\n--;',
    "a block comment in a block comment": ";--\n;--\n--;\n#include manager.d/*.conf\n--;",
    "another folder": '#include "manager.e/*.conf"',
    "a value": 'x = #include "manager.d/*.conf"',
    "a setting": "include = manager.d/*.conf",
}


@pytest.mark.parametrize("line", INCLUDING.values(), ids=INCLUDING)
def test_what_is_included(tmp_path: Path, line: str) -> None:
    """An include, in whatever form, takes in files that it matches; also such as are not there yet."""
    manager = reading(tmp_path, f"{GENERAL}{line}\n")
    assert [include.takes_in(OWN_FILE) for include in manager.includes] == [True]
    assert manager.includes[0].after_general
    assert manager.sections.keys() == {"general", "of-a"}
    assert manager.is_enabled


@pytest.mark.parametrize("line", NOT_INCLUDING.values(), ids=NOT_INCLUDING)
def test_what_is_not_included(tmp_path: Path, line: str) -> None:
    """What stands in a comment, or is no include, takes nothing in."""
    manager = reading(tmp_path, f"{GENERAL}{line}\n")
    assert not any(include.takes_in(OWN_FILE) for include in manager.includes)
    assert manager.sections.keys() == {"general"}


GENERALS = {
    "on": ("[general]\nenabled = yes\n", True),
    "on by another word": ("[general]\nEnabled => 1 ; yes\n", True),
    "off": ("[general]\nenabled = no\n", False),
    "not said": ("[general]\nport = 5038\n", False),
    "no section": ("[x]\nenabled = yes\n", False),
    "the last word counts": ("[general]\nenabled = no\nenabled = yes\n", True),
    "of two sections the first counts": ("[general]\nenabled = yes\n[x]\n[general]\nenabled = no\n", True),
    "of two sections the first counts, which is off": ("[general]\n[general]\nenabled = yes\n", False),
    "unless it is added to": ("[general]\nenabled = no\n[x]\n[general](+)\nenabled = yes\n", True),
    "in a comment": ("[general]\n;enabled = yes\n", False),
    "in a block comment": ("[general]\n;--\nenabled = yes\n--;\n", False),
}


@pytest.mark.parametrize(("text", "enabled"), GENERALS.values(), ids=GENERALS)
def test_whether_ami_is_on(tmp_path: Path, text: str, enabled: bool) -> None:  # noqa: FBT001 - of the table
    """AMI is on where the section that counts says so."""
    assert reading(tmp_path, text).is_enabled is enabled


def test_an_include_before_the_section_is_told_apart(tmp_path: Path) -> None:
    """What is included before [general] could not add to it: Asterisk would not read the file at all."""
    manager = reading(tmp_path, f"#include manager.d/*.conf\n{GENERAL}")
    assert manager.includes == [Include("/etc/asterisk/manager.d/*.conf", after_general=False)]


def test_users_and_where_they_are(tmp_path: Path) -> None:
    """A user has the file that has the section; an included file may include more."""
    machine = Machine(tmp_path, FREEPBX)
    machine.write("/etc/asterisk/manager_additional.conf", "#include more.conf\n")
    machine.write(
        "/etc/asterisk/more.conf", "[deep]\nsecret = with \\; in it ; told\n[general](+)\nport = 1\n"
    )
    manager = read_manager(machine.host, {})
    assert manager.port == "1"
    assert manager.where == {"general": MANAGER, "admin": MANAGER, "deep": "/etc/asterisk/more.conf"}
    assert manager.sections["deep"] == {"secret": "with \\; in it"}
    assert [include.takes_in(CUSTOM) for include in manager.includes] == [False, False, True]


def test_files_that_include_each_other(tmp_path: Path) -> None:
    """A circle of includes comes to an end."""
    machine = Machine(tmp_path, f"{STOCK}#include manager.conf\n")
    assert read_manager(machine.host, {}).is_enabled

"""Where the AMI user goes, in which form, and what is said where there is no place for it."""

from pathlib import Path

import pytest

from c2cd.errors import SetupError
from c2cd.setup.ami_user import BEGIN, CUSTOM, END, OWN_FILE, SECRET
from c2cd.setup.plan import carry_out, to_make, to_remove
from tests.setup.machine import FREEPBX, STOCK, Machine, lines

OFF = STOCK.replace("enabled = yes", "enabled = no")


def test_freepbx(tmp_path: Path) -> None:
    """Where manager.conf is generated the user goes to the end of manager_custom.conf, between two marks."""
    machine = Machine(tmp_path, FREEPBX)
    machine.write(CUSTOM, "[own]\nsecret = mine\n")
    carry_out(to_make(machine.steps()))
    text = machine.text(CUSTOM)
    assert text.startswith(f"[own]\nsecret = mine\n{BEGIN}\n")
    assert text.endswith(f"\n{END}\n")
    assert "\n[c2cd]\n" in text
    assert "(+)" not in text
    assert not machine.host.at(OWN_FILE).exists()
    assert to_make(machine.steps()) == []
    carry_out(to_remove(machine.left()))
    assert machine.text(CUSTOM) == "[own]\nsecret = mine\n"


def test_an_edited_block(tmp_path: Path) -> None:
    """Between the marks the admin may change things; it is left so, and taken away as it is."""
    machine = Machine(tmp_path, FREEPBX)
    machine.write(CUSTOM, "")
    carry_out(to_make(machine.steps()))
    edited = machine.text(CUSTOM).replace("originate,reporting", "originate,reporting,call")
    machine.write(CUSTOM, f"{edited}[own]\n")
    assert to_make(machine.steps()) == []
    assert any("not as setup would write it, and is left" in step.now for step in machine.steps())
    carry_out(to_remove(machine.left()))
    assert machine.text(CUSTOM) == "[own]\n"


VERSIONS = {
    "16.28.0~dfsg-0+deb11u4": False,
    "18.25.9": False,
    "18.26.0": True,
    "20.10.0": False,
    "20.11.0": True,
    "21.6.0": True,
    "22.0.0": False,
    "22.10.1+dfsg+~cs6.17.60671434-1": True,
    "certified-20.7-cert2": False,
    "GIT-master-4f2a9": True,
}


@pytest.mark.parametrize(("version", "new"), VERSIONS.items(), ids=VERSIONS)
def test_filters_are_those_that_asterisk_knows(tmp_path: Path, version: str, new: bool) -> None:  # noqa: FBT001
    """The running Asterisk's version tells which form of event filters is written."""
    machine = Machine(tmp_path, version=version)
    assert ("eventfilter(action(include),name(Hangup)" in machine.ami_user().text) is new


def test_ami_that_is_off_is_turned_on(tmp_path: Path) -> None:
    """Where AMI is off it is turned on for loopback, in our own file; this is said beforehand."""
    machine = Machine(tmp_path, OFF)
    told = [line for line in lines(to_make(machine.steps())) if OWN_FILE in line]
    assert told[0].endswith(", the AMI user c2cd, and AMI turned on for 127.0.0.1")
    carry_out(to_make(machine.steps()))
    assert "\n[general](+)\nenabled = yes\nbindaddr = 127.0.0.1\n\n" in machine.text(OWN_FILE)
    assert machine.text("/etc/asterisk/manager.conf") == OFF
    assert to_make(machine.steps()) == []


def test_ami_that_is_on_is_left_alone(machine: Machine) -> None:
    """Where AMI is on already nothing is said of [general], and the admin's port is c2cd's."""
    assert "general" not in machine.ami_user().text
    machine.write("/etc/asterisk/manager.conf", STOCK.replace("5038", "5999"))
    assert machine.ami_user().port == "5999"


def test_the_secret_that_is_there_is_used(machine: Machine) -> None:
    """A secret that one of the two places has already is the other's too; it is never made anew."""
    carry_out(to_make(machine.steps()))
    secret = machine.text(SECRET)
    machine.host.at(OWN_FILE).unlink()
    carry_out(to_make(machine.steps()))
    assert f"\nsecret = {secret}" in machine.text(OWN_FILE)
    machine.host.at(SECRET).unlink()
    carry_out(to_make(machine.steps()))
    assert machine.text(SECRET) == secret


def test_a_user_of_the_admins_own(machine: Machine) -> None:
    """Where manager.conf itself has such a user it is taken as it is, with its secret."""
    machine.write("/etc/asterisk/manager.conf", f"{STOCK}[c2cd]\nsecret = by-hand\n")
    before = machine.text("/etc/asterisk/manager.conf")
    carry_out(to_make(machine.steps()))
    assert not machine.host.at(OWN_FILE).exists()
    assert machine.text(SECRET) == "by-hand\n"
    carry_out(to_remove(machine.left()))
    assert machine.text("/etc/asterisk/manager.conf") == before


def test_a_reload_that_failed_is_made_up_for(machine: Machine) -> None:
    """Where Asterisk has not heard of the user, or of its end, the next run has it read its files."""
    carry_out(to_make(machine.steps()))
    machine.heard = set()
    assert lines(to_make(machine.steps())) == ["run asterisk -rx 'manager reload'"]
    machine.host.at(OWN_FILE).unlink()
    machine.heard = {"c2cd"}
    assert "run asterisk -rx 'manager reload'" in lines(to_remove(machine.left()))


def test_removal_needs_no_asterisk(machine: Machine) -> None:
    """Where Asterisk is stopped, or gone, all of it can be taken away all the same."""
    carry_out(to_make(machine.steps()))
    machine.has_asterisk = False
    carry_out(to_remove(machine.left()))
    assert not machine.host.at(OWN_FILE).exists()
    assert machine.entries == {}


def refused(machine: Machine) -> str:
    """Give what setup says; nothing was changed."""
    before = machine.tree()
    with pytest.raises(SetupError) as caught:
        machine.ami_user()
    assert (machine.tree(), machine.ran) == (before, [])
    return str(caught.value)


def test_no_place_for_it(machine: Machine) -> None:
    """Where nothing of ours would be read it says which line has to be put where."""
    machine.write("/etc/asterisk/manager.conf", "[general]\nenabled = yes\n;#include manager_custom.conf\n")
    assert '#include "manager.d/*.conf"' in refused(machine)
    machine.write("/etc/asterisk/manager.conf", FREEPBX)  # which names a file that is not there
    assert '#include "manager.d/*.conf"' in refused(machine)


def test_ami_that_can_not_be_turned_on(machine: Machine) -> None:
    """Where our file is read before [general], or there is none, it says what has to be put there."""
    for manager in ('#include "manager.d/*.conf"\n[general]\n', '#include "manager.d/*.conf"\n'):
        machine.write("/etc/asterisk/manager.conf", manager)
        assert "put  enabled = yes  under [general]" in refused(machine)


def test_asterisk_is_not_there(machine: Machine) -> None:
    """Where Asterisk is missing, stopped or without manager.conf it says which."""
    machine.host.at("/etc/asterisk/manager.conf").unlink()
    assert "manager.conf is missing" in refused(machine)
    machine.version = None
    assert "Asterisk does not run: start it" in refused(machine)
    machine.has_asterisk = False
    assert refused(machine) == "Asterisk is not on this host: c2cd is installed where it runs"

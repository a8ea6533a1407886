"""The plan of a set-up, and of taking it away: what is done, what is left alone, what a second run does."""

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from c2cd.config import read_config
from c2cd.errors import SetupError
from c2cd.setup.ami_user import CUSTOM, OWN_FILE, SECRET
from c2cd.setup.files import File
from c2cd.setup.plan import Action, carry_out, to_make, to_remove
from c2cd.setup.shipped import shipped
from c2cd.setup.steps import CONFIGURATION, DROP_INS, FOLDER
from c2cd.setup.system import STATE, UNIT, unit_text
from tests.setup.machine import FREEPBX, PREFIX, STOCK, Machine, lines

MADE = {CONFIGURATION, SECRET, OWN_FILE, UNIT}


def mode(machine: Machine, path: str) -> int:
    """Give a file's mode."""
    return machine.host.at(path).stat().st_mode & 0o7777


def set_up(machine: Machine) -> None:
    """Carry the whole plan out."""
    carry_out(to_make(machine.steps()))


def take_away(machine: Machine) -> None:
    """Carry the plan of removing out."""
    carry_out(to_remove(machine.left()))


def test_from_nothing(machine: Machine) -> None:
    """A host gets user, files and a service that runs, in this order, and a secret that both sides have."""
    before = machine.tree()
    set_up(machine)
    assert machine.ran == [
        f"useradd --system --user-group --home-dir {STATE} --no-create-home --shell /usr/sbin/nologin c2cd",
        "asterisk -rx manager reload",
        "systemctl daemon-reload",
        "systemctl enable --now c2cd.service",
    ]
    after = machine.tree()
    assert after.keys() - before.keys() == MADE
    assert before.items() <= after.items()
    secret = after[SECRET].strip()
    assert len(secret) == 48
    assert after[OWN_FILE] == shipped("config/asterisk/c2cd-older.conf").replace(
        "secret = CHANGE-ME", f"secret = {secret}"
    )
    assert after[UNIT].startswith(shipped("systemd/c2cd.service"))
    modes = {FOLDER: 0o750, CONFIGURATION: 0o640, SECRET: 0o600, OWN_FILE: 0o640, STATE: 0o750, UNIT: 0o644}
    assert {path: mode(machine, path) for path in modes} == modes


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_each_file_has_its_owner(machine: Machine) -> None:
    """What c2cd reads has c2cd's group, the secret is root's alone; Asterisk's file is as manager.conf."""
    os.chown(machine.host.at("/etc/asterisk/manager.conf"), 990, 0)
    machine.entries = {"passwd": "c2cd:x:990:990::/var/lib/c2cd:/x", "group": "c2cd:x:990:"}
    set_up(machine)
    owners = {
        FOLDER: (0, 990),
        CONFIGURATION: (0, 990),
        SECRET: (0, 0),
        OWN_FILE: (990, 0),
        STATE: (990, 990),
    }
    found = {path: machine.host.at(path).stat() for path in owners}
    assert {path: (status.st_uid, status.st_gid) for path, status in found.items()} == owners


def test_a_second_run_changes_nothing(machine: Machine) -> None:
    """Once all is there a plan has nothing to do, and says of each part that it is there."""
    set_up(machine)
    assert to_make(machine.steps()) == []
    said = [step.now for step in machine.steps() if step.now]
    assert len(said) == 8
    assert not any("left" in now for now in said)


def test_the_plan_says_each_thing_before_it_is_done(machine: Machine) -> None:
    """Each file is announced with size, owner and mode, each command as it is run, and no secret at all."""
    wanted = machine.wanted()
    announced = lines(to_make(machine.steps()))
    assert machine.ran == []
    size = len(wanted.configuration.encode())
    assert f"write {CONFIGURATION}: a new file, {size} bytes, root:c2cd 0640" in announced
    assert "run asterisk -rx 'manager reload'" in announced
    set_up(machine)
    secret = machine.text(SECRET).strip()
    assert secret not in repr(File(SECRET, secret, "root:root", 0o600))
    for shown in (
        *announced,
        repr(machine.steps()),
        repr(machine.wanted()),
        *lines(to_remove(machine.left())),
    ):
        assert secret not in shown


@pytest.mark.parametrize("manager", [STOCK, FREEPBX])
def test_any_failure_is_gone_on_from(tmp_path: Path, manager: str) -> None:
    """Wherever a set-up or a removal fails, what was done is told, and a second run does the rest of it."""
    count = 0
    while True:
        machine = Machine(tmp_path / str(count), manager)
        machine.write("/etc/asterisk/manager_custom.conf", "")
        before = machine.tree()
        actions = to_make(machine.steps())
        if not _fails_at(actions, count):
            break
        assert to_make(machine.steps())
        set_up(machine)
        assert to_make(machine.steps()) == []
        assert machine.active
        taking = to_remove(machine.left())
        if _fails_at(taking, count):
            take_away(machine)
        assert to_remove(machine.left()) == []
        assert machine.tree() == before
        assert (machine.entries, machine.active, machine.heard & {"c2cd"}) == ({}, False, set())
        count += 1
    assert count == 10


def _fails_at(actions: list[Action], number: int) -> bool:
    """Carry actions out, of which one fails if there are so many; tell whether it did."""
    if number >= len(actions):
        carry_out(actions)
        return False

    def fail() -> None:
        raise OSError(28, "No space left on device")

    broken = [*actions[:number], Action("write it", fail), *actions[number + 1 :]]
    with pytest.raises(SetupError) as caught:
        carry_out(broken)
    told = str(caught.value).splitlines()
    assert told[0] == "write it: [Errno 28] No space left on device"
    assert told[1:-1] == [f"  done: {line}" for line in lines(actions[:number])]
    return True


def test_removal_leaves_the_database_alone(machine: Machine) -> None:
    """After --remove the folder with the database is left, as root's; a second one finds nothing."""
    before = machine.tree()
    set_up(machine)
    machine.write(f"{STATE}/c2cd.db", "calls")
    machine.write(f"{STATE}/c2cd.db.lock", "")
    machine.write(CONFIGURATION, "edited")
    machine.host.at("/var/log/c2cd").mkdir()
    take_away(machine)
    assert machine.tree() == {**before, f"{STATE}/c2cd.db": "calls"}
    assert not machine.host.at("/var/log/c2cd").exists()
    assert (machine.entries, machine.enabled, machine.active, machine.heard) == (
        {},
        False,
        False,
        {"general"},
    )
    assert machine.host.at(STATE).stat().st_uid == os.geteuid()
    if os.geteuid() == 0:
        assert to_remove(machine.left()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_database_is_taken_up_again(machine: Machine) -> None:
    """A later set-up gives the folder and what is in it to the new user; a link does not lead it astray."""
    elsewhere = machine.write("/etc/shadow", "")
    state = machine.host.at(STATE)
    state.mkdir()
    machine.write(f"{STATE}/c2cd.db", "calls")
    (state / "link").symlink_to(elsewhere)
    os.chown(state / "c2cd.db", 1234, 1234)
    os.chown(state, 1234, 1234)
    assert f"give {STATE}, with what is in it, to c2cd:c2cd" in lines(to_make(machine.steps()))
    set_up(machine)
    assert [path.lstat().st_uid for path in (state, state / "c2cd.db", state / "link")] == [990, 990, 990]
    assert elsewhere.stat().st_uid == 0
    assert (state / "c2cd.db").read_text() == "calls"
    assert to_make(machine.steps()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_database_that_was_given_in_part(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where giving the folder to the new user was broken off, the next run goes on with it."""
    state = machine.host.at(STATE)
    (state / "older").mkdir(parents=True)
    files = [state, machine.write(f"{STATE}/c2cd.db", ""), machine.write(f"{STATE}/older/c2cd.db", "")]
    actions = to_make(machine.steps())
    chown = os.chown

    def give(path: Path | int | str, *ids: int, **more: bool) -> None:
        if str(path).endswith("c2cd.db"):
            raise OSError(5, "Input/output error")
        chown(path, *ids, **more)

    with monkeypatch.context() as broken:
        broken.setattr(os, "chown", give)
        with pytest.raises(SetupError, match="Input/output error"):
            carry_out(actions)
    set_up(machine)
    assert {path.stat().st_uid for path in files} == {990}


@pytest.mark.parametrize("path", sorted(MADE))
def test_what_is_there_is_left_as_it_is(machine: Machine, path: str) -> None:
    """A file of the admin's is not overwritten, whatever it holds, and is named."""
    machine.host.at(FOLDER).mkdir(mode=0o750)
    machine.write(path, "of the admin's\n")
    named = [step.now for step in machine.steps() if path in step.now]
    assert len(named) == 1
    assert "left" in named[0] or path == SECRET  # that one is the secret, then
    set_up(machine)
    assert machine.text(path) == "of the admin's\n"


def test_a_file_that_came_meanwhile_is_not_overwritten(machine: Machine) -> None:
    """What appears between the plan and its doing stays as it is; set-up fails instead."""
    actions = to_make(machine.steps())
    machine.write(UNIT, "of the admin's\n")
    with pytest.raises(SetupError, match="File exists"):
        carry_out(actions)
    assert machine.text(UNIT) == "of the admin's\n"
    assert [path.name for path in machine.host.at(UNIT).parent.iterdir()] == ["c2cd.service"]


def test_a_full_disk_leaves_nothing_behind(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written whole is not there at all, under no name: it may be a secret."""

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SetupError, match="No space left"):
        set_up(machine)
    assert list(machine.host.at(FOLDER).iterdir()) == []


def test_an_older_unit_is_replaced_unless_edited(machine: Machine) -> None:
    """A unit that an older setup wrote gives way to the new one; one that somebody edited does not."""
    set_up(machine)
    new = machine.text(UNIT)
    older = unit_text(Path("/srv/c2cd"))
    machine.write(UNIT, older)
    machine.ran.clear()
    set_up(machine)
    assert machine.text(UNIT) == new
    assert machine.ran == ["systemctl daemon-reload", "systemctl try-restart c2cd.service"]
    edited = older.replace("UMask=0027", "UMask=0007")
    assert edited != older
    machine.write(UNIT, edited)
    assert to_make(machine.steps()) == []
    assert any(f"{UNIT} is there, not as setup would write it" in step.now for step in machine.steps())


def test_a_unit_made_by_hand_is_known(machine: Machine) -> None:
    """The shipped unit, copied as it is, is the same unit."""
    machine.write(UNIT, shipped("systemd/c2cd.service"))
    assert f"{UNIT} is there" in [step.now for step in machine.steps()]


def test_a_unit_that_systemd_has_not_read_is_read(machine: Machine) -> None:
    """Where a run ended between writing the unit and having it read, the next one has it read."""
    set_up(machine)
    machine.needs_reload = True
    assert lines(to_make(machine.steps())) == [
        "run systemctl daemon-reload",
        "run systemctl try-restart c2cd.service",
    ]


def test_the_unit_runs_what_is_installed() -> None:
    """The unit runs c2cd from where it is installed, which must be a place that a service can see."""
    assert "ExecStart=/srv/pbx/bin/c2cd serve " in unit_text(Path("/srv/pbx"))
    assert "ExecStart=/opt/c2cd/bin/c2cd serve " in unit_text(PREFIX)
    for hidden in ("/root/venv", "/home/me/venv", "/var/tmp/venv"):  # noqa: S108 - not used, refused
        with pytest.raises(SetupError, match=f"installed in {hidden}.*install it into /opt/c2cd"):
            unit_text(Path(hidden))


def test_the_unit_may_run_what_is_installed(tmp_path: Path) -> None:
    """Where only root may go into what is installed, as with a umask of 077, it says so."""
    tmp_path.chmod(0o700)
    with pytest.raises(SetupError, match=f"the user c2cd may not go into {tmp_path}: chmod -R go"):
        unit_text(tmp_path)


def test_names_steer_no_terminal(machine: Machine) -> None:
    """What c2cd's user has called its files is shown, in signs that any terminal takes."""
    folder = machine.host.at("/var/log/c2cd")
    folder.mkdir()
    for name in ("events.log", "\x1b[2J", "caf\udce9"):
        (folder / name).touch()
    shown = "remove /var/log/c2cd with '\\x1b[2J', 'caf\\udce9', events.log"
    assert shown in lines(to_remove(machine.left()))


def test_a_group_with_members_goes_too(machine: Machine) -> None:
    """A web server that is in c2cd's group does not keep the group alive."""
    machine.members = "www-data"
    set_up(machine)
    take_away(machine)
    assert machine.ran[-2:] == ["userdel c2cd", "groupdel c2cd"]


def test_somebody_elses_user_stays(machine: Machine) -> None:
    """A user of that name with another home is taken as it is, and never taken away."""
    machine.entries = {"passwd": "c2cd:x:0:0::/home/c2cd:/bin/bash", "group": "c2cd:x:0:"}
    set_up(machine)
    take_away(machine)
    assert not any("user" in line for line in machine.ran)
    assert "the user c2cd is there, with the home /home/c2cd" in machine.left()[0].now


def test_drop_ins_are_the_admins(machine: Machine) -> None:
    """What the admin said of the unit in drop-ins stays, and is named."""
    machine.host.at(DROP_INS).mkdir()
    set_up(machine)
    take_away(machine)
    assert machine.host.at(DROP_INS).exists()
    assert f"{DROP_INS} is yours, and stays" in [step.now for step in machine.left()]


def test_a_link_to_the_custom_file_stays_one(tmp_path: Path) -> None:
    """FreePBX's file may be a link: what it leads to is changed, and every byte of it put back."""
    machine = Machine(tmp_path, FREEPBX)
    text = "[own]\nsecret = caf\udce9\nread = all"  # no UTF-8, and no end of line
    real = tmp_path / "real.conf"
    real.write_text(text, errors="surrogateescape")
    real.chmod(0o600)
    machine.host.at(CUSTOM).symlink_to(real)
    set_up(machine)
    assert "[c2cd]" in real.read_text(errors="surrogateescape")
    assert machine.host.at(CUSTOM).is_symlink()
    assert (real.stat().st_mode & 0o777) == 0o600
    take_away(machine)
    assert real.read_bytes() == f"{text}\n".encode(errors="surrogateescape")  # with the end of line it lacked


def test_who_owns_a_folder_turns_nothing_astray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that takes the draft's place in Asterisk's folder leads to no other file."""
    machine = Machine(tmp_path, FREEPBX)
    custom, elsewhere = machine.write(CUSTOM, ""), machine.write("/etc/shadow", "root")
    elsewhere.chmod(0o600)
    custom.chmod(0o666)
    seen = []

    def swapping(call: Callable[..., None]) -> Callable[..., None]:
        def swap(*args: object, **more: object) -> None:
            for draft in custom.parent.glob(f".{custom.name}.*"):
                seen.append(draft.name)
                draft.unlink()
                draft.symlink_to(elsewhere)
            call(*args, **more)

        return swap

    for call in ("fchown", "fchmod", "chown", "chmod"):
        monkeypatch.setattr(os, call, swapping(getattr(os, call)))
    set_up(machine)
    assert seen
    assert (elsewhere.read_text(), elsewhere.stat().st_mode & 0o777) == ("root", 0o600)


def test_the_configuration_is_usable(machine: Machine) -> None:
    """What is written is read by the daemon with the account that was asked for."""
    set_up(machine)
    content = tomllib.loads(machine.text(CONFIGURATION))
    content["ami"]["secret_file"] = str(machine.host.at(SECRET))
    config = read_config(content, "as written")
    account = config.accounts[0]
    assert (account.id, account.realm, account.region) == ("acme", "acme.example", "US")
    assert config.ami.read_secret() == machine.text(SECRET).strip()

"""``c2cd buttons``: what can be clicked."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from c2cd.cli import main
from tests.cli.rows import Desk
from tests.process import C2CD
from tests.screens.terminal import terminal

OPEN = {
    "name": "営業部",
    "extension": "1002",
    "auth_required": False,
    "whitelist": [r"^\+41", "^044"],
    "throttle": 5,
    "custom": {"kept": True},
}
SIGNED = {"name": "Mail\x1b[2J\n", "extension": "1003", "signature_required": True}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a host without a button."""
    return Desk(tmp_path)


def test_a_line_a_button(desk: Desk) -> None:
    """Id, account, name, extension, who may click, throttle and whitelist; nothing steers the terminal."""
    plain, public = desk.have_buttons("acme", {"name": "Sales", "extension": "1001"}, OPEN)
    (signed,) = desk.have_buttons("swiss", SIGNED)
    rows = {
        plain: f"{plain}\tacme\tSales\t1001\ttoken\t-\t-",
        public: f"{public}\tacme\t営業部\t1002\tpublic\t5\t^\\+41 ^044",
        signed: f"{signed}\tswiss\tMail\\x1b[2J\\n\t1003\tlink\t-\t-",
    }
    assert set(desk.out("buttons").splitlines()) == set(rows.values())
    assert desk.out("buttons", "--account", "swiss") == f"{rows[signed]}\n"


def test_json_is_the_document(desk: Desk) -> None:
    """A line a button: its document, with what is kept in it, its id, account and time."""
    (public,) = desk.have_buttons("acme", OPEN)
    ids = {"id": public, "account_id": "acme", "created_at": "1970-01-01T00:00:01.000Z"}
    assert json.loads(desk.out("buttons", "--json")) == OPEN | ids
    desk.have_buttons("swiss", SIGNED)
    line = desk.out("buttons", "--json", "--account", "swiss").rstrip("\n")
    assert line.isprintable()
    assert json.loads(line)["name"] == SIGNED["name"]


def test_no_button_is_no_error(desk: Desk) -> None:
    """With nothing to show it prints nothing and exits with 0; an unknown account is an error."""
    desk.have()
    assert desk.out("buttons") == ""
    result = desk.run("buttons", "--account", "nobody")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_terminal_that_lacks_signs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the locale has no such sign its escape is shown, and that is no error."""
    desk.have_buttons("acme", OPEN)
    monkeypatch.setenv("C2CD_CONFIG", str(desk.daemon.config))
    result = CliRunner(charset="latin-1").invoke(main, ["buttons"])
    assert result.exit_code == 0
    assert r"\u55b6\u696d\u90e8" in result.stdout


async def test_wide_names_stand_in_line(tmp_path: Path) -> None:
    """On a terminal columns are in line behind names of wide signs, too."""
    desk = Desk(tmp_path)
    await asyncio.to_thread(desk.have_buttons, "acme", OPEN, {"name": "Sales", "extension": "1001"})
    async with terminal(*C2CD, "buttons", "--config", str(desk.daemon.config), columns=120) as shown:
        assert await shown.end() == 0
        await shown.until("WHITELIST", "1001", "1002")
        columns = ["".join(shown.screen.buffer[row][x].data for x in range(51, 55)) for row in range(3)]
    assert set(columns) == {"EXTE", "1001", "1002"}

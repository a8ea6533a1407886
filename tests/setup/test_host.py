"""Commands of the host, as they really end."""

from pathlib import Path

import pytest

from c2cd.errors import SetupError
from c2cd.setup import host as module
from c2cd.setup.host import Host


def test_what_a_command_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command is asked in English, and found where admins' commands are, whatever PATH and language are."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert Host().ask("sh", "-c", "echo $PATH $LC_ALL") == (
        "/nowhere:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin C\n"
    )
    assert Host().ask("false") is None
    assert Host().ask("no-such-program-of-c2cd") is None


def test_a_command_that_has_to_work() -> None:
    """One that fails is told with its code and its words; one that is missing, by its name."""
    Host().order("true")
    with pytest.raises(SetupError, match=r"^sh ended with 3: no; never$"):
        Host().order("sh", "-c", "echo no >&2; echo never >&2; exit 3")
    with pytest.raises(SetupError, match=r"^no-such-program-of-c2cd: No such file or directory$"):
        Host().order("no-such-program-of-c2cd")


def test_a_command_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes too long is ended, and told."""
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    with pytest.raises(SetupError, match="sleep: it did not end within"):
        Host().order("sleep", "60")


def test_users_and_groups(tmp_path: Path) -> None:
    """Users and groups are known by name and by number; a number without a name stays one."""
    assert Host().ids("root:root") == (0, 0)
    root = Host().user(0)
    assert root is not None
    assert (root[0], root[5]) == ("root", "/root")
    assert Host().user("no-such-user-of-c2cd") is None
    with pytest.raises(SetupError, match="there is no no-such-user-of-c2cd:root on this host"):
        Host().ids("no-such-user-of-c2cd:root")
    status = tmp_path.stat()
    user, group = Host().user(status.st_uid), Host().group(status.st_gid)
    expected = f"{user[0] if user else status.st_uid}:{group[0] if group else status.st_gid}"
    assert Host().owner(tmp_path) == expected

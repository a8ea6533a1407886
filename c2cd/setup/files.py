"""Files as set-up writes them: whole or not at all, with owner and mode from the first moment."""

import os
import secrets
import shutil
from functools import partial
from pathlib import Path

from msgspec import Struct

from c2cd.setup.host import Host
from c2cd.setup.plan import Action, Step


class File(Struct, frozen=True):
    """A file that is to be. ``note`` says what it is for people; the text may be a secret."""

    path: str
    text: str
    owner: str
    mode: int
    note: str = ""

    def __repr__(self) -> str:
        return f"File({self.path!r})"


def new_file(host: Host, file: File) -> Action:
    """Give the action of writing a file where there is none. FileExistsError where one came meanwhile."""
    size = len(file.text.encode(errors="surrogateescape"))
    note = file.note and f", {file.note}"
    line = f"write {file.path}: a new file, {size} bytes, {file.owner} {file.mode:04o}{note}"
    return Action(line, lambda: _place(host, file))


def rewrite(path: Path, text: str) -> None:
    """Put a text in place of a file's, which keeps its owner and mode; a link stays a link."""
    path = path.resolve()
    status = path.stat()
    draft = _draft(path, text, (status.st_uid, status.st_gid), status.st_mode & 0o7777)
    draft.replace(path)


def new_folder(host: Host, path: str, owner: str, mode: int) -> Action:
    """Give the action of making a folder where there is none."""
    return Action(f"make the folder {path}, {owner} {mode:04o}", lambda: _folder(host, path, owner, mode))


def folder(host: Host, path: str, owner: str, mode: int) -> Step:
    """Give the step of a folder that goes with all that is in it."""
    if not host.at(path).exists():
        return Step(make=(new_folder(host, path, owner, mode),))
    return Step(now=_as_it_is(host, path, owner, mode), remove=(removing(host, path),))


def removing(host: Host, path: str) -> Action:
    """Give the action of taking away a file, or a folder with all that is in it."""
    at = host.at(path)
    if not at.is_dir() or at.is_symlink():
        return Action(f"remove {path}", partial(at.unlink, missing_ok=True))
    inside = ", ".join(sorted(entry.name for entry in at.iterdir()))
    return Action(f"remove {path}{inside and f' with {inside}'}", lambda: shutil.rmtree(at))


def hand_over(top: Path, ids: tuple[int, int]) -> None:
    """Give a folder and all that is in it to a user and a group; links that are in it are not followed."""
    for folder, _, files in os.walk(top.resolve()):
        for name in (folder, *(os.path.join(folder, file) for file in files)):  # noqa: PTH118 - as walk gives
            os.chown(name, *ids, follow_symlinks=False)


def read(path: Path) -> str | None:
    """Give a file's text, which ``rewrite`` gives back byte for byte; None where there is none."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _as_it_is(host: Host, path: str, owner: str, mode: int) -> str:
    found = host.owner(host.at(path)), host.at(path).stat().st_mode & 0o7777
    if found == (owner, mode):
        return f"{path} is there"
    return f"{path} is there, {found[0]} {found[1]:04o} and not {owner} {mode:04o}, and is left as it is"


def _folder(host: Host, path: str, owner: str, mode: int) -> None:
    at = host.at(path)
    at.mkdir(mode=0o700)
    os.chown(at, *host.ids(owner))
    at.chmod(mode)


def _place(host: Host, file: File) -> None:
    path = host.at(file.path)
    draft = _draft(path, file.text, host.ids(file.owner), file.mode)
    try:
        os.link(draft, path)  # unlike a rename it does not replace what is there
    finally:
        draft.unlink()


def _draft(path: Path, text: str, ids: tuple[int, int], mode: int) -> Path:
    """Write a file under a name that neither Asterisk's includes nor systemd look at."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600, exist_ok=False)
    with draft.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chown(draft, *ids)
    draft.chmod(mode)
    return draft

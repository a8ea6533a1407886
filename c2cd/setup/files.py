"""Files as set-up writes them: whole or not at all, with owner and mode from the first moment.

Some of their folders belong to others, as Asterisk's does: all is done by descriptors, so that nobody who may
write there can have another file written or given away by putting a link in its place meanwhile.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO

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


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Change the text of a file, which keeps its owner and mode; a link stays a link."""
    path = path.resolve()
    with _opened(path.parent) as folder:
        number = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
        with _text(number, "r") as file:
            status, text = os.fstat(number), file.read()
        ids, mode = (status.st_uid, status.st_gid), status.st_mode & 0o7777
        with _draft(folder, path.name, change(text), ids, mode) as draft:
            os.replace(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder)


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
    names = sorted(entry.name for entry in at.iterdir())
    inside = ", ".join(
        name if name.isprintable() else ascii(name) for name in names
    )  # c2cd's user named them
    return Action(f"remove {path}{inside and f' with {inside}'}", lambda: shutil.rmtree(at))


def hand_over(top: Path, ids: tuple[int, int]) -> None:
    """Give a folder and all that is in it to a user and a group; links that are in it are not followed."""
    for _, _, files, folder in os.fwalk(top.resolve(), topdown=False):  # its own owner tells that all is done
        for name in files:
            os.chown(name, *ids, dir_fd=folder, follow_symlinks=False)
        os.chown(folder, *ids)


def read(path: Path) -> str | None:
    """Give a file's text, which ``rewrite`` gives back byte for byte; None where there is none."""
    try:
        with _text(os.open(path, os.O_RDONLY), "r") as file:
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
    with (
        _opened(path.parent) as folder,
        _draft(folder, path.name, file.text, host.ids(file.owner), file.mode) as draft,
    ):
        # Unlike a rename it does not replace what is there.
        os.link(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)


def _text(number: int, way: str) -> IO[str]:
    return open(number, way, encoding="utf-8", errors="surrogateescape", newline="")


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield number
    finally:
        os.close(number)


@contextmanager
def _draft(folder: int, name: str, text: str, ids: tuple[int, int], mode: int) -> Iterator[str]:
    """Write a file under a name that neither Asterisk's includes nor systemd look at; it goes at the end."""
    draft = f".{name}.{secrets.token_hex(8)}"
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
    try:
        with _text(number, "w") as file:
            os.fchown(number, *ids)
            os.fchmod(number, mode)
            file.write(text)
            file.flush()
            os.fsync(number)
        yield draft
    finally:
        with suppress(FileNotFoundError):  # it has become the file
            os.unlink(draft, dir_fd=folder)

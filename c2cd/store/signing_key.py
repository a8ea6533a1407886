"""The key that signs links: 256 random bits, as hexadecimal text in a file of its own."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from c2cd.errors import StoreError, Unusable

_LENGTH = 32
_OTHERS = 0o007


def load_signing_key(path: Path) -> bytes:
    """Read the key, made first where there is none. Who makes it at the same time gets the same key.

    StoreError where it can't be read or made; Unusable where it is no such key, or is open to others than
    owner and group.
    """
    try:
        try:
            return _read(path)
        except FileNotFoundError:
            _make(path)
            return _read(path)
    except OSError as error:
        message = (
            f"{path}: the key that signs links: {error.strerror};"
            " does its folder exist, and may this user read and write there?"
        )
        raise StoreError(message) from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            message = f"{path}: everybody on this host may use the key that signs links: chmod o= {path}"
            raise Unusable(message)
        text = file.read().decode("latin-1")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _LENGTH:
        message = (
            f"{path}: not a key that signs links, which is {2 * _LENGTH} hexadecimal digits;"
            " remove the file, and c2cd makes a new one"
        )
        raise Unusable(message)
    return key


def _make(path: Path) -> None:
    """Put a whole key in place at once, and only where none has appeared meanwhile."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600, exist_ok=False)
    try:
        with draft.open("wb") as file:  # bytes: this user may not be able to read where Python's codecs are
            file.write(f"{secrets.token_hex(_LENGTH)}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()

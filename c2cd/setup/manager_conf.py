"""manager.conf as Asterisk reads it: its settings, its users, and what it includes.

The rules are those of Asterisk's main/config.c, seen on 16.28 and 22.10: a section that comes twice counts
once, unless it is added to by ``(+)``; of a setting the last one counts; a section that is added to before it
is there makes the whole file fail.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec import Struct, field

from c2cd.setup.files import read
from c2cd.setup.host import Host

FOLDER = "/etc/asterisk"
MANAGER = f"{FOLDER}/manager.conf"
_DEEPEST = 10  # MAX_INCLUDE_LEVEL
_TRUE = {"yes", "true", "y", "t", "1", "on"}
_SECTION = re.compile(r"\[([^\]]*)\](?:\(([^)]*)\))?")
_INCLUDE = re.compile(r"#\s*(?:try)?include\s+(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"\\;|;--(?!-)|--;|;")


class Include(Struct, frozen=True):
    """A file or a pattern of files that is read, and whether ``[general]`` stands before it."""

    pattern: str
    after_general: bool

    def takes_in(self, file: str) -> bool:
        """Tell whether the file is among those that are read."""
        return PurePosixPath(file).match(self.pattern)


class Manager(Struct):
    """What Asterisk makes of manager.conf and all that it includes."""

    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    includes: list[Include] = field(default_factory=list)

    @property
    def is_enabled(self) -> bool:
        """Whether AMI is on at all."""
        return self.sections.get("general", {}).get("enabled", "no").lower() in _TRUE

    @property
    def port(self) -> str:
        """The port of AMI."""
        return self.sections.get("general", {}).get("port", "5038")


def read_manager(host: Host, texts: dict[str, str]) -> Manager:
    """Read manager.conf with its includes; ``texts`` stand for what is in the files of those names."""
    manager = Manager()
    _read(host, texts, manager, MANAGER, 0)
    return manager


def _read(host: Host, texts: dict[str, str], manager: Manager, file: str, depth: int) -> None:
    text = texts.get(file, read(host.at(file)))
    section: dict[str, str] = {}
    for line in _lines(text or ""):
        if opened := _SECTION.match(line):
            name, is_more = opened[1].strip(), "+" in (opened[2] or "")
            section = manager.sections.get(name, {}) if is_more else {}
            if name not in manager.sections and not is_more:
                manager.sections[name], manager.where[name] = section, file
        elif included := _INCLUDE.match(line):
            pattern = str(PurePosixPath(FOLDER, _unquoted(included[1])))
            manager.includes.append(Include(pattern, "general" in manager.sections))
            for inner in _matching(host, pattern) if depth < _DEEPEST else ():
                _read(host, texts, manager, inner, depth + 1)
        elif "=" in line and line[0] != "#":
            key, _, value = line.partition("=")
            section[key.strip().lower()] = value.removeprefix(">").strip()


def _lines(text: str) -> Iterator[str]:
    """Give the lines without their comments: ``;`` to the end, or ``;--`` to ``--;``, which may be nested."""
    depth = 0
    for line in text.splitlines():
        kept, start = "", 0
        for mark in _COMMENT.finditer(line):
            if not depth:
                kept += line[start : mark.start()]
            start = mark.start() if mark[0] == "\\;" and not depth else mark.end()
            if mark[0] == ";--":
                depth += 1
            elif mark[0] == "--;" and depth:
                depth -= 1
            elif mark[0] != "\\;" and not depth:
                start = len(line)
                break
        if not depth:
            kept += line[start:]
        if kept.strip():
            yield kept.strip()


def _unquoted(word: str) -> str:
    word = word.strip()
    return word[1:-1] if word[:1] + word[-1:] in {'""', "<>", "''"} else word


def _matching(host: Host, pattern: str) -> list[str]:
    root = host.root
    return sorted(f"/{path.relative_to(root)}" for path in root.glob(pattern.lstrip("/")) if path.is_file())

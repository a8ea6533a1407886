"""The configuration: one TOML file, read into Structs, refused with every fault named.

``config/c2cd.toml`` is the annotated one. Every key but the accounts has a default; a key that is not
known is a fault, since a misspelt limit is no limit.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from c2cd.errors import ConfigError, Fault
from c2cd.model.account import Account
from c2cd.model.limits import Origin, WayLimits
from c2cd.model.proxies import read_proxies
from c2cd.validation import faults

DEFAULT_PATH = Path("/etc/c2cd/c2cd.toml")

Port = Annotated[int, Meta(ge=0, le=65535)]


class Http(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where clicks come in: ``host:port``, ``[ipv6]:port`` or ``unix:/path``.

    Pages of ``cors_origins`` may read the answers. A token that is given for an API key holds for
    ``token_seconds``. ``trusted_proxies`` are whose X-Forwarded-For is believed: addresses, networks,
    or ``unix`` for who comes by a Unix socket. At most ``max_connections`` are open at once.
    ``metrics_listen`` is where ``/metrics`` is served, if anywhere, and ``console_listen`` where the console
    is, with the API that it uses; both are written as ``listen`` is, and the console's may be the same. A
    Unix socket gets ``socket_mode``, as chmod has it, and ``socket_group``, or the daemon's own.
    """

    listen: str = "127.0.0.1:8000"
    socket_mode: Annotated[str, Meta(pattern=r"^0?[0-7]{3}$(?!\n)")] = "0666"
    socket_group: str | None = None
    cors_origins: tuple[Origin, ...] = ("*",)
    token_seconds: Annotated[int, Meta(ge=60, le=31_536_000)] = 3600
    trusted_proxies: Annotated[tuple[str, ...], Meta(max_length=100)] = ()
    max_connections: Annotated[int, Meta(ge=1, le=100_000)] = 500
    metrics_listen: str | None = None
    console_listen: str | None = None

    @property
    def is_somewhere(self) -> bool:
        """Whether ``listen`` has one of its forms."""
        try:
            return self.unix_path is not None or bool(self.address)
        except ValueError:
            return False

    @property
    def metrics(self) -> "Http | None":
        """The same for ``/metrics``, where that is served."""
        return self._elsewhere(self.metrics_listen)

    @property
    def console(self) -> "Http | None":
        """The same for the console, where that is served beside ``listen``."""
        return self._elsewhere(self.console_listen)

    def _elsewhere(self, listen: str | None) -> "Http | None":
        return None if listen is None else replace(self, listen=listen)

    @property
    def unix_path(self) -> Path | None:
        """The Unix socket's path, where it is one."""
        return Path(self.listen.removeprefix("unix:")) if self.listen.startswith("unix:") else None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port; ValueError where ``listen`` is neither of its forms."""
        host, colon, port = self.listen.rpartition(":")
        number = int(port) if colon and port.isascii() and port.isdigit() else -1
        if not host or not 0 <= number <= 65535:  # noqa: PLR2004 - the highest port
            raise ValueError(self.listen)
        return host.removeprefix("[").removesuffix("]"), number


class Ami(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The switch's manager interface. Give the secret here, or better in a file of its own."""

    host: str = "127.0.0.1"
    port: Port = 5038
    username: Annotated[str, Meta(pattern=r"^[!-~]{1,80}$(?!\n)")] = "c2cd"
    secret: str | None = None
    secret_file: str | None = None
    tls: bool = False
    tls_ca: str | None = None
    max_in_setup: Annotated[int, Meta(ge=1, le=10_000)] = 50

    def read_secret(self) -> str:
        """Give the secret, read anew from its file. OSError where that can't be read.

        A credential of systemd's with the name of the file goes before it: the file itself may then be
        root's alone. A blank one is none, since a unit has to give something where there is no file.
        """
        if self.secret is not None or self.secret_file is None:
            return self.secret or ""
        file = Path(self.secret_file)
        return _credential(file.name) or file.read_text(encoding="utf-8").strip()

    def __repr__(self) -> str:
        secret = "None" if self.secret is None else "'…'"
        return f"Ami(host={self.host!r}, port={self.port!r}, username={self.username!r}, secret={secret})"

    __str__ = __repr__


def _credential(name: str) -> str:
    """Give what systemd has handed to this process under a name; nothing where there is none."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        return Path(folder, name).read_text(encoding="utf-8").strip() if folder else ""
    except OSError:
        return ""


class Store(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where buttons, calls and tokens are kept, and the key that signs links.

    The key is in a file of its own, made where there is none: beside the database if not said otherwise.
    """

    path: str = "/var/lib/c2cd/c2cd.db"
    signing_key_file: str | None = None

    @property
    def signing_key_path(self) -> Path:
        """Where the key is that signs links."""
        return Path(self.signing_key_file or Path(self.path).with_name("signing.key"))


class HistorySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``keep_days`` is how long ended calls are kept, in days after their click; 0 is for ever."""

    keep_days: Annotated[int, Meta(ge=0, le=36_500)] = 0


class Log(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``level`` is for the messages on stderr; ``events`` is the event log's file, ``-`` for stdout.

    Where stdout is systemd's journal, ``-`` has a field for each key of a line. With ``mask_contacts`` only
    the last two signs of a contact stand in either.
    """

    level: Literal["debug", "info", "warning", "error"] = "info"
    events: str = "-"
    mask_contacts: bool = False


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration."""

    accounts: Annotated[tuple[Account, ...], Meta(min_length=1)]
    http: Http = field(default_factory=Http)
    ami: Ami = field(default_factory=Ami)
    store: Store = field(default_factory=Store)
    history: HistorySettings = field(default_factory=HistorySettings)
    log: Log = field(default_factory=Log)
    limits: WayLimits = field(default_factory=WayLimits)
    allow_open_buttons: bool = False


def find_config(path: Path | None) -> Path:
    """Tell which file is meant: the one that was named, else ``$C2CD_CONFIG``, else the usual one."""
    return path or Path(os.environ.get("C2CD_CONFIG") or DEFAULT_PATH)


def load_config(path: Path) -> Config:
    """Read the file.

    Raises ConfigError that says the file and, for each fault, the key's path and what was expected.
    The secret is not read: see ``require_secret``.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: {error.strerror}; name another with --config FILE or $C2CD_CONFIG"
        raise ConfigError(message) from error
    except (ValueError, RecursionError) as error:  # besides TOMLDecodeError: no UTF-8, 5,000 digits, 1,000 [
        message = f"{path}: not TOML: {error}"
        raise ConfigError(message) from error
    return read_config(content, str(path))


def read_config(content: dict[str, Any], source: str) -> Config:
    """Read a configuration that has been parsed; ``source`` is named in the errors."""
    found = [f"{fault.path}: {fault.message}{_got(fault)}" for fault in faults(Config, content)]
    if found:
        raise ConfigError("\n".join(f"{source}: {line}" for line in found))
    config = msgspec.convert(content, Config)
    found = _wrong(config)
    if found:
        raise ConfigError("\n".join(f"{source}: {line}" for line in found))
    return config


def require_secret(ami: Ami) -> None:
    """Raise ConfigError where the secret can't be read. Only who logs in needs it: it may be root's alone."""
    try:
        ami.read_secret()
    except (OSError, ValueError) as error:  # the latter: no UTF-8, or no path
        message = f"ami.secret_file: {error}"
        raise ConfigError(message) from error


def _got(fault: Fault) -> str:
    may_be_secret = fault.path in {"ami", "ami.secret"}
    return "" if may_be_secret or "value" not in fault.facts else f", not {fault.facts['value']!r}"


def _wrong(config: Config) -> list[str]:
    wrong = [
        f"http.{key}: expected HOST:PORT or unix:/PATH, not {http.listen!r}"
        for key, http in (
            ("listen", config.http),
            ("metrics_listen", config.http.metrics),
            ("console_listen", config.http.console),
        )
        if http is not None and not http.is_somewhere
    ]
    wrong += _wrong_proxies(config.http)
    if config.history.keep_days == 1:
        wrong.append(
            "history.keep_days: expected 0 (for ever), or 2 and more: limits look back a day,"
            " and the clock may be set by one"
        )
    if (config.ami.secret is None) == (config.ami.secret_file is None):
        wrong.append("ami: expected either secret or secret_file")
    ids = [account.id for account in config.accounts]
    for index, account in enumerate(config.accounts):
        if ids.index(account.id) != index:
            wrong.append(f"accounts.{index}.id: {account.id!r} is the id of another account too")
        wrong.extend(f"accounts.{index}.{key}: {what}" for key, what in account.wrong_channels().items())
    return wrong


def _wrong_proxies(http: Http) -> list[str]:
    wrong = []
    for index, word in enumerate(http.trusted_proxies):
        try:
            read_proxies([word])
        except ValueError as error:
            wrong.append(f"http.trusted_proxies.{index}: {error}")
    return wrong

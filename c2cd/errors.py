"""What can go wrong, as a tree.

    C2cdError
    ├── ConfigError          the configuration can't be used
    │   └── Unavailable          what it names can't be had at this moment
    ├── InvalidDocument      a document has faults, each with its path and rule
    ├── SetupError           the host can't be set up, or not any further
    ├── Denied               a guard refuses the click
    │   └── Closed               until it opens
    ├── Stopping             c2cd is being stopped before what was asked for is known
    ├── StoreError           the database did not take or give something
    │   ├── Unusable         it can't be used until somebody mends it
    │   ├── StoreSilent      it did not answer in time: what was to be written may still be
    │   ├── KeyInUse         another click came first with this Idempotency-Key
    │   └── LinkUsed         another click came first with this signed link
    └── SwitchError          the switch did not do what was asked
        ├── SwitchUnreachable    nothing was sent: the click may be repeated
        ├── SwitchBusy           nothing was sent: too many calls are being set up
        ├── SwitchRefused        the switch got the order and said no
        ├── SwitchForbids        the AMI user has no right to what was asked
        └── SwitchSilent         bytes may have left and no answer came: never repeated by us

Each has a ``name`` that stays the same for programs; the message is for people.
"""

from typing import ClassVar

from msgspec import Struct


class C2cdError(Exception):
    """Anything that c2cd itself has to say went wrong.

    ``is_lasting`` tells that another start is no help before somebody has mended something.
    """

    name: ClassVar[str] = "internal_error"
    is_lasting: ClassVar[bool] = False


class ConfigError(C2cdError):
    """The configuration file can't be used; the message says file, key and what was expected."""

    name = "configuration"
    is_lasting = True


class Unavailable(ConfigError):
    """What the configuration names can't be had at this moment: a port, a folder, a database in use."""

    is_lasting = False


class SetupError(C2cdError):
    """`c2cd setup` can't go on; the message says what is in the way, and what to do."""

    name = "setup"


class Fault(Struct, frozen=True):
    """One thing that is wrong with a document.

    ``path`` is dotted (``whitelist.0``), ``rule`` is JSON Schema's word for what was broken
    (``required``, ``type``, ``minLength`` …) and ``facts`` are the rule's own, such as ``target``.
    """

    path: str
    rule: str
    message: str
    facts: dict[str, object] = {}


class InvalidDocument(C2cdError):
    """A document that can't be accepted, with every fault that was found."""

    name = "validation_error"

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in faults))
        self.faults = faults


class Quota(Struct, frozen=True):
    """A limit: its ``key`` in the configuration, how ``many`` it lets through, and in how many seconds.

    One on what is there at once has no ``window``.
    """

    key: str
    many: int
    window: int | None = None


class Denied(C2cdError):
    """A guard says no. ``rule`` names the guard; ``retry_after`` is in seconds, where waiting helps.

    ``quota`` is the limit that the click is over, where it is one of the configuration's.
    """

    name = "denied"

    def __init__(
        self,
        rule: str,
        message: str,
        *,
        contact: str = "",
        retry_after: float | None = None,
        quota: Quota | None = None,
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.contact = contact
        self.retry_after = retry_after
        self.quota = quota


class Closed(Denied):
    """It is not open; ``opens`` tells people when it is again, in seconds ``retry_after`` does."""

    def __init__(self, rule: str, message: str, *, opens: str, retry_after: float) -> None:
        super().__init__(rule, message, retry_after=retry_after)
        self.opens = opens


class Stopping(C2cdError):
    """The daemon is being stopped while somebody waits for a call, which goes on."""

    name = "stopping"

    def __init__(self, call_id: str) -> None:
        super().__init__("c2cd is being stopped; the call goes on, and the history will tell how it ends")
        self.call_id = call_id


class StoreError(C2cdError):
    """The database did not take or give something; the message says what SQLite said."""

    name = "store_failed"


class Unusable(StoreError):
    """Database or key can't be used until somebody mends it: damaged, or made by a newer c2cd."""

    is_lasting = True


class StoreSilent(StoreError):
    """The database did not answer in time: what it was to write may be written later, or never."""

    name = "store_silent"


class KeyInUse(StoreError):
    """Another click of the same button has already come with this Idempotency-Key."""

    name = "idempotency_key_in_use"


class LinkUsed(StoreError):
    """Another click has already come with this signed link."""

    name = "link_used"


class SwitchError(C2cdError):
    """The switch did not do what was asked of it."""

    name = "switch_error"


class SwitchUnreachable(SwitchError):
    """The switch is away and nothing was sent; ``retry_after`` is in seconds."""

    name = "switch_unreachable"

    def __init__(self, message: str, *, retry_after: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SwitchBusy(SwitchUnreachable):
    """Too many calls are being set up, and nothing was sent; ``retry_after`` is in seconds."""

    name = "switch_busy"


class SwitchRefused(SwitchError):
    """The switch got the order and refused it; nothing rang. The message is the switch's own."""

    name = "switch_refused"


class SwitchForbids(SwitchError):
    """The AMI user may not do what was asked; the message says which right it needs."""

    name = "switch_forbids"


class SwitchSilent(SwitchError):
    """An order may have reached the switch, but no answer came: what became of it is not known yet."""

    name = "switch_silent"

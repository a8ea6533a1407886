"""What the configuration allows, read once: the guards ask it, and a reload puts another one in its place."""

from collections.abc import Iterable
from pathlib import Path

from phonenumbers import SUPPORTED_REGIONS

from c2cd.config import Config, load_config, require_secret
from c2cd.errors import ConfigError, Fault
from c2cd.guard import whitelist
from c2cd.guard.country import country_faults
from c2cd.guard.hours import hours_faults
from c2cd.model.account import Account
from c2cd.model.button import ClickToCall
from c2cd.model.limits import OWN, PUBLIC, TOKEN, Limits, Way, WayLimits, merged

_DEFAULTS: dict[Way, Limits] = {"public": PUBLIC, "token": TOKEN}


class Rules:
    """The accounts by their ids, and what each of them may do.

    Raises ConfigError where an account can't be guarded as it says: a pattern that RE2 refuses, a region,
    country or time zone that nobody knows.
    """

    def __init__(
        self,
        accounts: Iterable[Account],
        *,
        allow_open_buttons: bool = False,
        limits: WayLimits | None = None,
    ) -> None:
        self.accounts: dict[str, Account] = {}
        self._allow_open_buttons = allow_open_buttons
        self._limits: dict[tuple[str, Way], Limits] = {}
        limits = limits or WayLimits()
        for index, account in enumerate(accounts):
            for fault in _account_faults(account, f"accounts.{index}"):
                raise ConfigError(f"{fault.path}: {fault.message}")
            own = account.limits
            self.accounts[account.id] = account
            self._limits[account.id, "public"] = merged(own.public, limits.public, PUBLIC)
            self._limits[account.id, "token"] = merged(own.token, limits.token, TOKEN)
            for fault in self._country_faults(account, f"accounts.{index}"):
                raise ConfigError(f"{fault.path}: {fault.message}")

    @classmethod
    def of(cls, config: Config) -> "Rules":
        """Make those of a configuration."""
        return cls(config.accounts, allow_open_buttons=config.allow_open_buttons, limits=config.limits)

    def limits_of(self, account_id: str, way: Way) -> Limits:
        """Give the limits of an id and a way; a call may be of an account that is not configured any more."""
        return self._limits.get((account_id, way)) or _DEFAULTS[way]

    def is_open_door(self, account: Account, button: ClickToCall) -> bool:
        """Tell whether anybody may have a button call anybody, though the configuration does not allow it."""
        may_be_open = account.allow_open_buttons
        if may_be_open is None:
            may_be_open = self._allow_open_buttons
        is_signed = button.signature_required or self.limits_of(account.id, "public").signature_required
        is_fenced = button.auth_required or button.whitelist or account.whitelist or is_signed
        return not (is_fenced or may_be_open)

    def _country_faults(self, account: Account, path: str) -> list[Fault]:
        """Tell which of the allowed countries nobody knows, or that there is no region to be the own one."""
        for way in _DEFAULTS:
            own, limits = getattr(account.limits, way), self.limits_of(account.id, way)
            where = "limits" if own.allowed_countries is None else f"{path}.limits"
            listed = limits.allowed_countries or ()
            if faults := country_faults(listed, f"{where}.{way}.allowed_countries"):
                return faults
            said = account.allowed_countries or own.allowed_countries or ()
            if account.region is None and OWN in said:
                message = f"allowed_countries say {OWN!r}: which one is it? Expected two letters such as US"
                return [Fault(f"{path}.region", "required", message)]
        return []


def load_rules(path: Path) -> tuple[Config, Rules]:
    """Read a configuration and its rules, as a daemon needs them.

    ConfigError, with file and key, where either can't be used, or the AMI secret can't be read.
    """
    config = load_config(path)
    try:
        require_secret(config.ami)
        return config, Rules.of(config)
    except ConfigError as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from error


def _account_faults(account: Account, path: str) -> list[Fault]:
    faults = whitelist.pattern_faults(account.whitelist, f"{path}.whitelist")
    faults += whitelist.pattern_faults(account.extension_whitelist, f"{path}.extension_whitelist")
    faults += country_faults(account.allowed_countries or (), f"{path}.allowed_countries")
    if account.hours:
        faults += hours_faults(account.hours, f"{path}.hours")
    if account.region is not None and account.region not in SUPPORTED_REGIONS:
        message = f"no region {account.region!r} is known; expected two letters such as US, DE or GB"
        faults.append(Fault(f"{path}.region", "enum", message))
    return faults

"""What the HTTP front needs of the rooms behind it; the daemon brings them together."""

from collections.abc import Mapping
from dataclasses import dataclass

from c2cd.calls.hanging_up import HangUp
from c2cd.calls.ledger import Ledger
from c2cd.calls.placing import Placer
from c2cd.clock import Clock
from c2cd.guard.challenge import Challenges
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.guard.signing import Signer
from c2cd.logs.feed import Feed
from c2cd.model.account import Account
from c2cd.model.proxies import TrustedProxies
from c2cd.store.api_keys import ApiKeys
from c2cd.store.blocks import Blocks
from c2cd.store.buttons import Buttons
from c2cd.store.database import Database
from c2cd.store.denials import Denials
from c2cd.store.history import History
from c2cd.store.statistics import Statistics
from c2cd.store.tokens import Tokens
from c2cd.switch.link import Link
from c2cd.web.outcomes import Outcomes
from c2cd.web.repeating import Repeats
from c2cd.web.streaming import Streams


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything behind the front. A token given for an API key holds for ``token_seconds``."""

    clock: Clock
    database: Database
    buttons: Buttons
    history: History
    statistics: Statistics
    denials: Denials
    tokens: Tokens
    api_keys: ApiKeys
    token_seconds: float
    trusted_proxies: TrustedProxies
    doorkeeper: Doorkeeper
    signer: Signer
    challenges: Challenges
    link: Link
    ledger: Ledger
    placer: Placer
    hang_up: HangUp
    journal: Feed
    streams: Streams
    repeats: Repeats
    outcomes: Outcomes
    blocks: Blocks

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The accounts by their ids, as the configuration has them at this moment."""
        return self.doorkeeper.rules.accounts

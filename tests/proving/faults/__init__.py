"""Everything that happens on a PBX host: each fault breaks something, and mends it; ``table`` has all."""

from collections.abc import Awaitable, Callable
from random import Random

from tests.proving.ground import Ground

Fault = Callable[[Ground, Random], Awaitable[None]]

"""What a click with an Idempotency-Key was answered, so that whoever repeats it gets the same."""

from msgspec import Struct


class Answer(Struct, frozen=True, kw_only=True):
    """The first answer to a key, given at Unix seconds.

    ``fingerprint`` tells whether the click is the same; ``body`` is JSON. By ``earliest``, which no clock
    that was put forward has moved, it is told what has been kept for long enough.
    """

    key: str
    fingerprint: str
    call_id: str
    body: str
    created_at: float
    earliest: float

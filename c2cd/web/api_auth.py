"""``/api_auth``: a token for an API key."""

from starlette.responses import Response

from c2cd.web.envelope import VERSION, success
from c2cd.web.refusals import BadIdentifier
from c2cd.web.visit import Visit, missing, mistyped


async def give_token(visit: Visit) -> Response:
    """PUT: a new token to manage the key's account, for as long as the configuration says."""
    services = visit.services
    key = await services.api_keys.find(_secret(visit))
    if key is None or not key.is_valid() or key.account_id not in services.accounts:
        raise BadIdentifier  # without what was sent: it may be a key all the same
    now = services.clock.wall()
    token = await services.tokens.create(
        key.account_id,
        "manage",
        now,
        note=f"given for API key {key.id}",
        expires_at=now + services.token_seconds,
        api_key_id=key.id,
    )
    beside = {"version": VERSION, "auth_token": token}
    return success(visit, {"account_id": key.account_id}, status=201, beside=beside)


def _secret(visit: Visit) -> str:
    secret = visit.data.get("api_key")
    if secret is None:
        raise missing("api_key")
    if not isinstance(secret, str):
        raise mistyped("api_key", "string")
    return secret

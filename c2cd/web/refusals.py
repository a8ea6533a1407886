"""What the front itself refuses, each with the status, message and data that Kazoo gives."""

from c2cd.errors import C2cdError


class Refusal(C2cdError):
    """A request that is answered with an error of Kazoo's. ``data`` is the answer's own."""

    status = 400
    message = "bad request"
    headers: dict[str, str] = {}  # noqa: RUF012 - each kind has its own, none changes it

    def __init__(self, data: object = None) -> None:
        super().__init__(self.message)
        self.data = data if data is not None else {"message": self.message.replace("_", " ")}


class InvalidCredentials(Refusal):
    """No token where one is needed, or one that opens nothing."""

    status = 401
    message = "invalid_credentials"


class Forbidden(Refusal):
    """A token of another account, or one that may not do this."""

    status = 403
    message = "forbidden"


class BadIdentifier(Refusal):
    """An id that is not known, or a secret, which is not said again."""

    status = 404
    message = "bad_identifier"

    def __init__(self, identifier: str | None = None) -> None:
        super().__init__(
            {"message": "bad identifier"} | ({} if identifier is None else {"cause": identifier})
        )


class InvalidMethod(Refusal):
    """A verb that the resource does not know."""

    status = 405
    message = "invalid_method"

    def __init__(self, allowed: str) -> None:
        super().__init__({"message": "method not allowed"})
        self.headers = {"allow": allowed}


class PreconditionFailed(Refusal):
    """An If-Match that names another revision than the newest."""

    status = 412
    message = "precondition_failed"

    def __init__(self) -> None:
        super().__init__({"message": "the document has been changed meanwhile: fetch it again"})


class TooLarge(Refusal):
    """A body, a form or a query string that is longer than any that is needed."""

    status = 413
    message = "request_entity_too_large"


class UnsupportedMediaType(Refusal):
    """A body that is neither JSON nor a form."""

    status = 415
    message = "unsupported_media_type"


class TooManyStreams(Refusal):
    """One stream of events more than may be open beside the clicks."""

    status = 503
    message = "too_many_streams"

    def __init__(self) -> None:
        super().__init__({"message": "so many streams of events are open already: close some, or come again"})
        self.headers = {"retry-after": "5"}


class ClickUnderWay(Refusal):
    """A click that comes again, by its Idempotency-Key, before it has been answered."""

    status = 409
    message = "click_under_way"

    def __init__(self) -> None:
        super().__init__({"message": "this very click is being answered; ask again in a moment"})
        self.headers = {"retry-after": "1"}


class KeyReused(Refusal):
    """An Idempotency-Key that came with another request before."""

    status = 422
    message = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__({"message": "this Idempotency-Key came with another click before; use a new one"})

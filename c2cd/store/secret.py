"""The secrets that are given away: 256 random bits, of which only the SHA-256 is kept."""

import hashlib
import hmac
import secrets


def make_secret(prefix: str) -> str:
    """Make a new one. The prefix lets people and secret scanners know its kind when they see it."""
    return prefix + secrets.token_urlsafe(32)


def make_id() -> str:
    """Make the id by which people name what a secret belongs to."""
    return secrets.token_hex(4)


def hash_of(secret: str) -> bytes:
    """Give what is kept of a secret. Looked up by it, how long that takes tells nothing of the secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def is_kept_of(kept: object, secret: str) -> bool:
    """Tell whether this is what is kept of a secret, in a time that does not tell how much of it is."""
    return isinstance(kept, bytes) and hmac.compare_digest(kept, hash_of(secret))

"""What a button's own variables are called and look like in Asterisk's dialplan.

A value is percent-encoded to ``A-Z a-z 0-9 - . _`` and ``%``: it holds nothing that Asterisk would
evaluate, split at a comma or unquote, wherever a dialplan puts it; ``${URIDECODE(...)}`` gives it back.
"""

from urllib.parse import quote

PREFIX = "C2CD_VAR_"

# With the longest name it stays below the 1,024 bytes of a line of AMI.
LONGEST_ENCODED = 900


def variable_name(name: str) -> str:
    """Give the variable of a name of ``custom_application_vars``: a ``-`` is none in a variable."""
    return PREFIX + name.replace("-", "_")


def encoded(value: str) -> str:
    """Give a value as the dialplan gets it."""
    return quote(value, safe="").replace("~", "%7E")

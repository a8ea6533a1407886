"""What an AMI user may do, by what ListCommands shows it. Nothing else of AMI tells a user's rights.

Each command comes with the rights of which one is enough for it, as ``Hangup: … (Priv: system,call,all)``
(on 16.28 and 22.10 alike), and only those come that the user may use.
"""

import re
from collections.abc import Mapping

_ENOUGH = re.compile(r"\(Priv: ([a-z,]+)\)\s*$")


def certain_rights(commands: Mapping[str, str]) -> frozenset[str]:
    """Give the rights that the user certainly has: those that alone are enough for a command it may use.

    A right that no loaded command needs, as ``agent`` where there are no queues, can't be seen; nor can
    ``reporting``, beside which ``system`` would always do.
    """
    found = set()
    for shown in commands.values():
        enough = _ENOUGH.search(shown)
        rights = set(enough[1].split(",")) - {"all"} if enough else set()
        if len(rights) == 1:
            found |= rights
    return frozenset(found)

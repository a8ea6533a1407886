"""c2cd, the click-to-call daemon: an HTTP request makes an extension and a contact ring and talk.

The rooms, in the order in which imports go (each may use only those above it; those on one line
do not use each other; ``tests/test_house.py`` holds the order):

    errors, clock, model, validation   the words of the domain
    config                             the configuration file, as Structs
    guard | calls | store | switch     may it dial? | placing and following | SQLite | AMI
    logs                               both logs: for people, and for programs
    web                                Kazoo's HTTP interface
    server | systemd                   serves it, within bounds of time and bytes | what init is told
    reloading                          reads the configuration again while the daemon runs
    daemon                             opens all of it in order, closes it in reverse
    setup                              makes all of it a service of the host, and takes it away
    cli                                the commands
"""

import logging

# Until the daemon opens its logs, nothing is said behind the back of a command.
logging.getLogger(__name__).addHandler(logging.NullHandler())

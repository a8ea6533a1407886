"""What an AMI user may do, as far as ListCommands shows it."""

from c2cd.switch.rights import certain_rights


def test_a_right_that_alone_is_enough() -> None:
    """A command for which one right is enough shows that the user has it; one for which two are does not."""
    shown = {
        "response": "Success",
        "actionid": "1",
        "originate": "Originate a call.  (Priv: originate,all)",
        "hangup": "Hangup channel.  (Priv: system,call,all)",
        "updateconfig": "Update basic configuration.  (Priv: config,all)",
    }
    assert certain_rights(shown) == {"originate", "config"}


def test_what_everybody_may_do_shows_nothing() -> None:
    """Commands that need no right show none, nor do words that only look like one."""
    shown = {
        "ping": "Keepalive command.  (Priv: <none>)",
        "listcommands": "List (Priv: system,all) of commands.",
        "odd": "…  (Priv: all)",
    }
    assert certain_rights(shown) == frozenset()

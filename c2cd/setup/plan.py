"""The plan: steps as data, so that what is shown, done, left alone and taken away is the same thing."""

import shlex
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from c2cd.errors import SetupError
from c2cd.setup.host import Host


class Action(Struct, frozen=True):
    """Something that is done to the host: the line that announces it, and the doing."""

    line: str
    act: Callable[[], object]


class Step(Struct, frozen=True):
    """One part of the service, as it was found.

    ``now`` says what is there of it, nothing where it is not there at all. ``make`` is what has to be done
    to have it, nothing where it is there or is the admin's; ``remove`` is what takes it away.
    """

    now: str = ""
    make: tuple[Action, ...] = ()
    remove: tuple[Action, ...] = ()


def running(host: Host, *command: str) -> Action:
    """Give the action of running a command, which is announced as one would type it."""
    return Action(f"run {shlex.join(command)}", lambda: host.order(*command))


def to_make(steps: Iterable[Step]) -> list[Action]:
    """Give what is to be done to have all of it."""
    return [action for step in steps for action in step.make]


def to_remove(steps: Sequence[Step]) -> list[Action]:
    """Give what is to be done to have nothing of it: the last that was made goes first."""
    return [action for step in reversed(steps) for action in step.remove]


def carry_out(actions: Sequence[Action]) -> None:
    """Do all of it in turn.

    SetupError where one fails, with what was done before; what is left is found by a plan made anew.
    """
    for number, action in enumerate(actions):
        try:
            action.act()
        except (OSError, SetupError) as error:
            done = "".join(f"\n  done: {before.line}" for before in actions[:number])
            again = "It is done up to there, and run again goes on." if done else "Nothing was changed."
            raise SetupError(f"{action.line}: {error}{done}\n{again}") from error

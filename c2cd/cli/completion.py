"""``c2cd completion``: what teaches a shell the commands, their options, and the ids that there are."""

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_C2CD_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes what is typed after c2cd, ids of the database too.

    A shell that is started afterwards has it. Accounts come from the configuration, buttons and live calls
    from the database, where whoever types may read these.

    Example: c2cd completion bash > /usr/share/bash-completion/completions/c2cd

    Example: c2cd completion zsh > /usr/share/zsh/site-functions/_c2cd

    Example: c2cd completion fish > /etc/fish/completions/c2cd.fish
    """
    kind = get_completion_class(shell)
    if kind is not None:  # click knows each of them
        click.echo(kind(context.find_root().command, {}, "c2cd", _VARIABLE).source())

"""Options that several commands of searching share, and how a query is typed."""

from __future__ import annotations

import re

import click

all_option = click.option(
    "--all", "every_word", is_flag=True, help="Every word must be found."
)
exact_option = click.option(
    "--exact", is_flag=True, help="Only the words as typed, no other forms of them."
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many to show at most.",
)
colour_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to mark by colour rather than by brackets.",
)


class QueryCommand(click.Command):
    """A command whose words may begin with a hyphen, as excluded ones do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse a mistyped option, which would be a word of the query; not after --."""
        options = args[: args.index("--")] if "--" in args else args
        known = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        for option in options:
            name = option.partition("=")[0]
            if re.fullmatch(r"--[a-z-]+", name) and name not in known:
                raise click.NoSuchOption(name, ctx=ctx)
        return super().parse_args(ctx, args)

"""Options that several commands of searching share, and how a query is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from search.query.field_syntax import Filter

F = TypeVar("F", bound=Callable[..., Any])

_FILTERS = (
    ("speaker", "NAME", "what this speaker says, such as 에스퍼 or '양 장관'"),
    ("act", "VERB", "what ends in this act, such as 재확인"),
    ("document", "NAME", "this document"),
    ("paragraph", "N", "this paragraph, or those of a range such as 3-5"),
    ("year", "YEAR", "documents of this year, or of a range such as 2012-2019"),
)

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

context_option = click.option(
    "--context",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Show N sentences on each side too.",
)


def filter_options(command: F) -> F:
    """Add the options that narrow what is found; each may be given several times."""
    for name, metavar, told in reversed(_FILTERS):
        command = click.option(
            f"--{name}", metavar=metavar, multiple=True, help=f"Only {told}."
        )(command)
    return command


def filters_of(**given: tuple[str, ...]) -> list[Filter]:
    """Return the filters that the options ask for."""
    if not any(given.values()):
        return []
    from search.query.field_syntax import Filter

    return [Filter(name, value) for name, values in given.items() for value in values]


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

"""The options that several search commands share, and the parsing of query words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from indexer.cli.framework import Command
from search.limits import LAST_YEAR
from search.query.search_options import SearchOptions

if TYPE_CHECKING:
    from search.query.filters import Filter

_FILTERS = (
    ("speaker", "NAME", "sentences of this speaker, such as 에스퍼 or '양 장관'"),
    ("act", "VERB", "sentences that end in this act, such as 재확인"),
    ("document", "NAME", "sentences of this document"),
    ("paragraph", "N", "this paragraph, or a range such as 3-5"),
    ("year", "YEAR", "documents of this year, or of a range such as 2012-2019"),
    ("side", "GROUP", "sentences of a group of speakers: 한측, 미측, 공동 or 그밖"),
)
_LIMITS = (("from", "this year and later"), ("to", "this year and earlier"))

all_option = click.option(
    "--all",
    "every_word",
    is_flag=True,
    help="Require every word of the query in a sentence.",
)
exact_option = click.option(
    "--exact",
    is_flag=True,
    help="Match the words as typed, with any endings: no other forms, no corrections, no"
    " parts of words.",
)
literal_option = click.option(
    "--literal",
    is_flag=True,
    help="Match the letters, marks and spaces as typed; only case and width are folded.",
)
ALL = 1 << 31
"""The limit that `--limit all` stands for: no index has as many results."""


class Limit(click.IntRange):
    """A number of results, or `all`."""

    name = "number, and is not all"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Return the number, `ALL` for `all`."""
        return ALL if value == "all" else super().convert(value, param, ctx)


limit_option = click.option(
    "--limit",
    "-n",
    type=Limit(min=0),
    metavar="N",
    default=10,
    show_default=True,
    help="Show at most N results, or all.",
)
colour_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to mark by colour instead of brackets.",
)

context_option = click.option(
    "--context",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Show N sentences before and after each result.",
)


def search_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that narrow a search; the command receives them as `options`.

    The option of each filter can be repeated, except --from and --to.
    """

    @wraps(command)
    def with_options(
        *, every_word: bool, exact: bool, literal: bool, **others: Any
    ) -> int:
        values_by_field = {name: others.pop(name) for name, _, _ in _FILTERS}
        for name, _ in _LIMITS:
            year = others.pop(f"{name}_year")
            values_by_field[name] = () if year is None else (str(year),)
        filters = _filters_of(values_by_field)
        options = SearchOptions(every_word, exact, literal, filters)
        return command(options=options, **others)

    filter_options = [
        click.option(
            f"--{name}", metavar=metavar, multiple=True, help=f"Show only {scope}."
        )
        for name, metavar, scope in _FILTERS
    ]
    filter_options += [
        click.option(
            f"--{name}",
            f"{name}_year",
            metavar="YEAR",
            type=click.IntRange(1, LAST_YEAR),
            help=f"Show only documents of {scope}.",
        )
        for name, scope in _LIMITS
    ]
    for option in (*filter_options[::-1], literal_option, exact_option, all_option):
        with_options = option(with_options)
    return with_options


def _filters_of(values_by_field: dict[str, tuple[str, ...]]) -> list[Filter]:
    """Return a filter for each value, such as `{"act": ("재확인",), "year": ()}`."""
    if not any(values_by_field.values()):
        return []
    from search.query.filters import Filter

    return [
        Filter(field, value)
        for field, values in values_by_field.items()
        for value in values
    ]


class QueryCommand(Command):
    """A command whose query words may begin with a hyphen: `-한미동맹` excludes a word."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an unknown option, unless `--` precedes it, and parse the rest.

        `-x` is an option, `-xy` an excluded word, and `-n5` the option `-n`.
        """
        typed = args[: args.index("--")] if "--" in args else args
        parameters = self.get_params(ctx)
        known = {name for parameter in parameters for name in parameter.opts}
        with_value = {
            name
            for parameter in parameters
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for name in parameter.opts
        }
        words = []
        for before, word in zip(["", *typed], typed, strict=False):
            name = word.partition("=")[0]
            if before in with_value:
                words.append(word)
            elif _OPTION.fullmatch(name) and name not in known:
                raise click.NoSuchOption(name, ctx=ctx)
            else:
                # click would take -nato for the option -n.
                words.append(_MARK + word if _EXCLUDED.fullmatch(word) else word)
        rest = super().parse_args(ctx, [*words, *args[len(typed) :]])
        for name, value in ctx.params.items():
            ctx.params[name] = _unmarked(value)
        return rest


_MARK = "\ue000"
"""Put before an excluded word, so that it is no option; private to this module."""
_OPTION = re.compile(r"--[a-z-]+|-[^-\s]")
_EXCLUDED = re.compile(r"-(?!n\d+$)[^-].+", re.DOTALL)


def _unmarked(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_unmarked, value))
    return value.removeprefix(_MARK) if isinstance(value, str) else value

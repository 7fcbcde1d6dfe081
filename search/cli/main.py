"""The program `communique`, and the module of each of its commands."""

from __future__ import annotations

import click

from indexer.cli.framework import Program, run


def _print_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from indexer.versions import installed_tools, program_version

        tools = ", ".join(
            f"{tool} {number}" for tool, number in installed_tools().items()
        )
        click.echo(f"communique {program_version()} ({tools})")
        context.exit()


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    commands_at={
        "batch": "search.cli.batch",
        "check": "indexer.cli.commands",
        "compare": "search.cli.documents",
        "concordance": "search.cli.documents",
        "explain": "search.cli.explain",
        "export": "indexer.cli.commands",
        "info": "indexer.cli.commands",
        "mcp": "search.cli.mcp",
        "quotes": "search.cli.quotes",
        "rebuild": "indexer.cli.commands",
        "search": "search.cli.search",
        "serve": "search.cli.serve",
        "show": "search.cli.show",
        "suggest": "search.cli.show",
        "terms": "search.cli.documents",
        "trace": "search.cli.documents",
    },
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def communique() -> None:
    """Find the sentences of Korean communiqués.

    \b
    Example:
      communique search 전작권 전환
    """


def main() -> None:
    """Run `communique` with the arguments of this process, and end the process."""
    run(communique, "communique")

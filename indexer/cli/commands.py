"""The commands that make an index and tell of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from indexer.backends import kept
from indexer.build.manifest import Manifest
from indexer.cli.framework import (
    HITS,
    Program,
    echo_json,
    json_option,
    progress,
    run,
    say,
)
from indexer.cli.options import copies_options, index_option
from indexer.file_names import SYNONYMS
from indexer.location import Location
from indexer.opensearch.address import Server, name_of_index
from indexer.storage.synonyms import Synonyms
from indexer.text.control_characters import printable

# Whether it can be read is for reading to tell: access(2) asks for another user.
_FILE = click.Path(path_type=Path, readable=False)
_CORPUS = "A .txt or .jsonl file, or a folder of them; may be given several times."


@click.command()
@click.option(
    "--corpus",
    type=_FILE,
    metavar="PATH",
    multiple=True,
    help=f"{_CORPUS}"
    "  [default: what the index was made from before, else the communiqué]",
)
@click.option(
    "--dictionary",
    type=_FILE,
    metavar="FILE",
    help="Your own words and abbreviations.  [default: the file given before]",
)
@click.option("--no-dictionary", is_flag=True, help="Forget the file given before.")
@click.option("--force", is_flag=True, help="Also where nothing has changed.")
@click.option(
    "--allow-missing",
    is_flag=True,
    help="Go on without corpus files that are gone or cannot be read.",
)
@copies_options
@index_option
@json_option
def rebuild(
    corpus: tuple[Path, ...],
    dictionary: Path | None,
    no_dictionary: bool,
    force: bool,
    allow_missing: bool,
    shards: int | None,
    replicas: int | None,
    location: Location,
    as_json: bool,
) -> int:
    """Make the index anew.

    Searches are answered from the old index until the new one is complete.

    \b
    Example:
      communique rebuild --corpus communiques/ --corpus notes.jsonl
    """
    if dictionary and no_dictionary:
        raise click.UsageError("--dictionary and --no-dictionary exclude each other.")
    copies = _given(shards=shards, replicas=replicas)
    if copies and not isinstance(location, Server):
        raise click.UsageError("--shards and --replicas go with --engine opensearch.")
    made = _rebuilder(location)(
        location,
        corpus,
        dictionary=dictionary,
        keep_dictionary=not no_dictionary,
        force=force,
        allow_missing=allow_missing,
        say=say,
        progress=progress,
        **copies,
    )
    if as_json:
        # What was made is counted before it answers.
        counted = made.sentences
        echo_json({"index": str(location), **made.to_json(), "counted": counted})
    else:
        click.echo(f"{_counted(made)} indexed {_at(location)}")
    return HITS


@click.command()
@click.option(
    "--abbreviations", is_flag=True, help="List the abbreviations, and where they are."
)
@index_option
@json_option
def info(abbreviations: bool, location: Location, as_json: bool) -> int:
    """Tell what the index holds, from what, made by which versions.

    \b
    Example:
      communique info --json
    """
    index = kept(location)
    found = index.manifest()
    if abbreviations:
        forms = index.read(lambda generation: Synonyms(generation / SYNONYMS))
        return _print_abbreviations(forms, as_json=as_json)
    counted = index.counted()
    if as_json:
        record = {"index": str(location), **found.to_json(), "counted": counted}
        echo_json(record)
        return HITS
    click.echo(f"index      {location}")
    click.echo(f"made       {found.made}")
    tools = ", ".join(f"{tool} {version}" for tool, version in found.tools.items())
    click.echo(f"with       {tools}")
    if found.dictionary:
        click.echo(f"dictionary {found.dictionary}")
    click.echo(f"holds      {_counted(found)}, {found.terms} terms")
    if counted is not None:
        click.echo(
            f"counted    {_number(counted, 'sentence')}, all stored and searched"
        )
    for source in found.sources:
        click.echo(f"\n{source.document}")
        for line in filter(None, (source.title, source.dateline)):
            click.echo(f"  {printable(line)}")
        paragraphs = f"{source.paragraphs} paragraphs, " if source.paragraphs else ""
        click.echo(f"  {paragraphs}{source.sentences} sentences")
        click.echo(f"  {source.path} ({source.encoding}, SHA-256 {source.sha256})")
    return HITS


@click.command()
@index_option
def check(location: Location) -> int:
    """Read the whole index, and tell whether it is as it was written.

    \b
    Example:
      communique check
    """
    found = kept(location).verified()
    click.echo(
        f"{_counted(found)} {_at(location)}: {len(found.files)} files as written"
    )
    return HITS


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["opensearch"]),
    required=True,
    help="For which server: settings, mapping and bulk files.",
)
@click.option("--output", type=_FILE, metavar="DIR", required=True, help="Where to.")
@click.option(
    "--corpus",
    type=_FILE,
    metavar="PATH",
    multiple=True,
    help=f"{_CORPUS}  [default: the communiqué]",
)
@click.option(
    "--dictionary", type=_FILE, metavar="FILE", help="Your own words and abbreviations."
)
@click.option(
    "--name", default="main", show_default=True, help="What the index is called there."
)
@copies_options
def export(
    form: str,  # noqa: ARG001 (there is one yet)
    output: Path,
    corpus: tuple[Path, ...],
    dictionary: Path | None,
    name: str,
    shards: int | None,
    replicas: int | None,
) -> int:
    """Write an index to files that a server loads by your own means.

    \b
    Example:
      communique export --format opensearch --output export/
    """
    from indexer.opensearch.export import export as write

    copies = _given(shards=shards, replicas=replicas)
    made = write(
        output,
        corpus,
        dictionary=dictionary,
        name=name_of_index(name),
        say=say,
        progress=progress,
        **copies,
    )
    click.echo(f"{_counted(made)} written to {output}")
    return HITS


@click.group(cls=Program)
def indexer() -> None:
    """Make the index that `communique` searches."""


indexer.add_command(rebuild)
indexer.add_command(info)
indexer.add_command(check)
indexer.add_command(export)


def main() -> None:
    """Run `python -m indexer`."""
    run(indexer, "python -m indexer")


def _print_abbreviations(forms: Synonyms, *, as_json: bool) -> int:
    if as_json:
        echo_json({"abbreviations": [pair._asdict() for pair in forms.pairs]})
    else:
        for pair in forms.pairs:
            click.echo(f"{pair.short}\t{pair.long}\t{pair.sentence}")
    return HITS


def _rebuilder(location: Location) -> Callable[..., Manifest]:
    """Return what makes an index of that kind of location."""
    if isinstance(location, Server):
        from indexer.opensearch.rebuild import rebuild as on_server

        return on_server
    from indexer.build.rebuild import rebuild as in_folder

    return in_folder


def _given(**options: int | None) -> dict[str, int]:
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def _at(location: Location) -> str:
    return f"{'on' if isinstance(location, Server) else 'in'} {location}"


def _counted(made: Manifest) -> str:
    sentences = _number(made.sentences, "sentence")
    return f"{sentences} of {_number(len(made.sources), 'document')}"


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"

"""The commands that build an index, describe it, check it and export it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from indexer.backends import backend_of
from indexer.build.manifest import Manifest
from indexer.cli.framework import (
    HITS,
    Command,
    Program,
    echo_json,
    json_option,
    run,
    say,
)
from indexer.cli.options import FILE, copies_options, index_option
from indexer.cli.progress_bar import progress
from indexer.file_names import SYNONYMS
from indexer.ingest.file_kinds import SUFFIXES
from indexer.ingest.unreadable import Unreadable
from indexer.location import Location
from indexer.opensearch.address import name_of_index
from indexer.storage.synonyms import Synonyms
from indexer.text.control_characters import printable, visible

_MOST_SHOWN = 20
"""Files that are left out and shown by `info`; more are counted."""
_CORPUS = (
    f"A file, or a folder of them; repeat it for several. Kinds: {', '.join(SUFFIXES)}."
)


@click.command(cls=Command)
@click.option(
    "--corpus",
    type=FILE,
    metavar="PATH",
    multiple=True,
    help=f"{_CORPUS} --corpus replaces the previous corpus; paths are not added to it."
    "  [default: the previous corpus, or the communiqué of this package]",
)
@click.option(
    "--dictionary",
    type=FILE,
    metavar="FILE",
    help="A file of your own words and abbreviations.  [default: the previous one]",
)
@click.option(
    "--no-dictionary",
    is_flag=True,
    help="Use no dictionary, not even the previous one.",
)
@click.option("--force", is_flag=True, help="Rebuild even if nothing has changed.")
@click.option(
    "--allow-missing",
    is_flag=True,
    help="Leave out corpus files that are missing or unreadable.",
)
@click.option(
    "--allow-unreadable/--no-allow-unreadable",
    default=None,
    help="Leave out corpus files that yield no text, and list them in info.  [default:"
    " as before for the same corpus]",
)
@json_option
@index_option
@copies_options()
def rebuild(
    corpus: tuple[Path, ...],
    dictionary: Path | None,
    no_dictionary: bool,
    force: bool,
    allow_missing: bool,
    allow_unreadable: bool | None,
    shards: int | None,
    replicas: int | None,
    location: Location,
    as_json: bool,
) -> int:
    """Build the index, or rebuild it after a change.

    Searches use the old index until the new one is complete. Files of one name are
    distinct documents: they are named with their folders (2021/a) or suffixes (a.hwp),
    and keep their names in later rebuilds. a.pdf.json declares title and date of a.pdf.

    \b
    Example:
      communique rebuild --corpus communiques/ --corpus notes.jsonl
    """
    if dictionary and no_dictionary:
        raise click.UsageError("--dictionary and --no-dictionary exclude each other.")
    copies = _without_none(shards=shards, replicas=replicas)
    backend = backend_of(location)
    if copies and backend.engine != "opensearch":
        raise click.UsageError("--shards and --replicas go with --engine opensearch.")
    manifest = backend.rebuild(
        corpus,
        dictionary=dictionary,
        keep_dictionary=not no_dictionary,
        force=force,
        allow_missing=allow_missing,
        allow_unreadable=allow_unreadable,
        say=say,
        progress=progress,
        **copies,
    )
    if as_json:
        # A rebuild counts the sentences before it switches to the new index.
        _echo_manifest(manifest, location, counted=manifest.sentences)
    else:
        click.echo(f"{_size(manifest)} indexed {visible(backend.where)}")
    return HITS


@click.command(cls=Command)
@click.option(
    "--abbreviations",
    is_flag=True,
    help="List the abbreviations instead, each with its expansion and the sentence that"
    " defines it.",
)
@json_option
@index_option
def info(abbreviations: bool, location: Location, as_json: bool) -> int:
    """Show what is in the index, and what it was made from and with.

    \b
    Example:
      communique info --json
    """
    backend = backend_of(location)
    manifest = backend.manifest()
    if abbreviations:
        synonyms = backend.read(
            lambda generation: Synonyms(generation.folder / SYNONYMS), any_version=True
        )
        _echo_abbreviations(synonyms, as_json=as_json)
    elif as_json:
        _echo_manifest(manifest, location, counted=backend.count())
    else:
        for line in _manifest_lines(manifest, location, counted=backend.count()):
            click.echo(line)
    return HITS


@click.command(cls=Command)
@index_option
def check(location: Location) -> int:
    """Read the whole index and verify that it is undamaged.

    \b
    Example:
      communique check
    """
    backend = backend_of(location)
    manifest = backend.verify()
    files = len(manifest.files)
    click.echo(f"{_size(manifest)} {visible(backend.where)}: {files} files as written")
    return HITS


@click.command(cls=Command)
@click.option(
    "--format",
    "form",
    type=click.Choice(["opensearch"]),
    required=True,
    help="The format of the files: settings, mapping and bulk requests for OpenSearch.",
)
@click.option(
    "--output", type=FILE, metavar="DIR", required=True, help="The folder to write to."
)
@click.option(
    "--corpus",
    type=FILE,
    metavar="PATH",
    multiple=True,
    help=f"{_CORPUS}  [default: the communiqué of this package]",
)
@click.option(
    "--dictionary",
    type=FILE,
    metavar="FILE",
    help="A file of your own words and abbreviations.",
)
@click.option(
    "--name",
    default="main",
    show_default=True,
    help="The name of the index on the server.",
)
@copies_options(click.Option)
def export(
    form: str,  # noqa: ARG001 (there is only one so far)
    output: Path,
    corpus: tuple[Path, ...],
    dictionary: Path | None,
    name: str,
    shards: int | None,
    replicas: int | None,
) -> int:
    """Write an index to files that a server can load.

    \b
    Example:
      communique export --format opensearch --output export/
    """
    from indexer.opensearch.export import export as write

    manifest = write(
        output,
        corpus,
        dictionary=dictionary,
        name=name_of_index(name),
        say=say,
        progress=progress,
        **_without_none(shards=shards, replicas=replicas),
    )
    click.echo(f"{_size(manifest)} written to {output}")
    return HITS


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def indexer() -> None:
    """Build the index that `communique` searches."""


indexer.add_command(rebuild)
indexer.add_command(info)
indexer.add_command(check)
indexer.add_command(export)


def main() -> None:
    """Run `python -m indexer`."""
    run(indexer, "python -m indexer")


def _echo_manifest(
    manifest: Manifest, location: Location, *, counted: int | None
) -> None:
    echo_json({"index": str(location), **manifest.to_json(), "counted": counted})


def _manifest_lines(
    manifest: Manifest, location: Location, *, counted: int | None
) -> Iterator[str]:
    """Yield the lines of `info`; *counted* is None for an index of another version."""
    tools = ", ".join(f"{tool} {version}" for tool, version in manifest.tools.items())
    yield f"index      {visible(str(location))}"
    yield f"made       {manifest.made}"
    yield f"with       {tools}"
    if manifest.dictionary:
        yield f"dictionary {visible(manifest.dictionary)}"
    # Terms of deleted sentences are counted, and some others more than once.
    at_most = "at most " if manifest.is_incremental else ""
    yield f"holds      {_size(manifest)}, {at_most}{manifest.terms} terms"
    if counted is not None:
        yield f"counted    {_plural(counted, 'sentence')}, all stored and searched"
    yield from _unreadable_lines(manifest.unreadable)
    for source in manifest.sources:
        yield f"\n{visible(source.document)}"
        for line in filter(None, (source.title, source.dateline)):
            yield f"  {printable(line)}"
        paragraphs = f"{source.paragraphs} paragraphs, " if source.paragraphs else ""
        yield f"  {paragraphs}{source.sentences} sentences"
        yield f"  {visible(source.path)} ({source.encoding}, SHA-256 {source.sha256})"


def _unreadable_lines(unreadable: Unreadable) -> Iterator[str]:
    """Yield the number of files that are left out, and the first of them."""
    if unreadable.total:
        yield f"left out   {_plural(unreadable.total, 'file')}"
    for file in unreadable.files[:_MOST_SHOWN]:
        yield f"  {visible(file.path)}: {visible(file.reason)}"
    if unreadable.total > _MOST_SHOWN:
        yield f"  and {unreadable.total - _MOST_SHOWN} more"


def _echo_abbreviations(synonyms: Synonyms, *, as_json: bool) -> None:
    if as_json:
        echo_json({"abbreviations": [pair._asdict() for pair in synonyms.pairs]})
    else:
        for pair in synonyms.pairs:
            click.echo(f"{pair.short}\t{pair.long}\t{visible(pair.sentence)}")


def _without_none(**options: int | None) -> dict[str, int]:
    return {name: value for name, value in options.items() if value is not None}


def _size(manifest: Manifest) -> str:
    """Return the size of an index, such as `82 sentences of 1 document`."""
    documents = _plural(len(manifest.sources), "document")
    return f"{_plural(manifest.sentences, 'sentence')} of {documents}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

"""The commands that make an index and tell of it."""

from __future__ import annotations

from pathlib import Path

import click

from indexer import manifest
from indexer.forms import Forms
from indexer.generation import FORMS
from indexer.manifest import Manifest
from indexer.program import (
    HITS,
    Program,
    echo_json,
    index_option,
    json_option,
    progress,
    say,
    visible,
)
from indexer.store import Store, default_folder


@click.command()
@click.option(
    "--corpus",
    type=click.Path(path_type=Path),
    metavar="PATH",
    multiple=True,
    help="A .txt or .jsonl file, or a folder of them; may be given several times."
    "  [default: what the index was made from before, else the communiqué]",
)
@click.option(
    "--dictionary",
    type=click.Path(path_type=Path),
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
@index_option
@json_option
def rebuild(
    corpus: tuple[Path, ...],
    dictionary: Path | None,
    no_dictionary: bool,
    force: bool,
    allow_missing: bool,
    folder: Path | None,
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
    from indexer.rebuild import rebuild as rebuild_index

    folder = folder or default_folder()
    made = rebuild_index(
        folder,
        corpus,
        dictionary=dictionary,
        keep_dictionary=not no_dictionary,
        force=force,
        allow_missing=allow_missing,
        say=say,
        progress=progress,
    )
    if as_json:
        # What was made is counted before it answers.
        counted = made.sentences
        echo_json({"index": str(folder), **made.to_json(), "counted": counted})
    else:
        click.echo(f"{_counted(made)} indexed in {folder}")
    return HITS


@click.command()
@click.option(
    "--abbreviations", is_flag=True, help="List the abbreviations, and where they are."
)
@index_option
@json_option
def info(abbreviations: bool, folder: Path | None, as_json: bool) -> int:
    """Tell what the index holds, from what, made by which versions.

    \b
    Example:
      communique info --json
    """
    folder = folder or default_folder()
    store = Store(folder)
    found = manifest.current(store)
    if abbreviations:
        forms = store.read(lambda generation: Forms(generation / FORMS))
        return _print_abbreviations(forms, as_json=as_json)
    counted = store.read(_count) if manifest.is_ours(found) else None
    if as_json:
        record = {"index": str(folder), **found.to_json(), "counted": counted}
        echo_json(record)
        return HITS
    click.echo(f"index      {folder}")
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
            click.echo(f"  {visible(line)}")
        paragraphs = f"{source.paragraphs} paragraphs, " if source.paragraphs else ""
        click.echo(f"  {paragraphs}{source.sentences} sentences")
        click.echo(f"  {source.path} ({source.encoding}, SHA-256 {source.sha256})")
    return HITS


@click.command()
@index_option
def check(folder: Path | None) -> int:
    """Read the whole index, and tell whether it is as it was written.

    \b
    Example:
      communique check
    """
    folder = folder or default_folder()

    from indexer.reconciling import reconcile

    def verify(generation: Path) -> Manifest:
        found = manifest.trusted(generation)
        manifest.verify(found, generation)
        reconcile(found, generation)
        return found

    found = Store(folder).read(verify)
    click.echo(f"{_counted(found)} in {folder}: {len(found.files)} files as written")
    return HITS


@click.group(cls=Program)
def indexer() -> None:
    """Make the index that `communique` searches."""


indexer.add_command(rebuild)
indexer.add_command(info)
indexer.add_command(check)


def main() -> None:
    """Run `python -m indexer`."""
    indexer(prog_name="python -m indexer")


def _print_abbreviations(forms: Forms, *, as_json: bool) -> int:
    if as_json:
        echo_json({"abbreviations": [pair._asdict() for pair in forms.pairs]})
    else:
        for pair in forms.pairs:
            click.echo(f"{pair.short}\t{pair.long}\t{pair.sentence}")
    return HITS


def _count(generation: Path) -> int:
    from indexer.reconciling import reconcile

    return reconcile(manifest.trusted(generation), generation)


def _counted(made: Manifest) -> str:
    sentences = _number(made.sentences, "sentence")
    return f"{sentences} of {_number(len(made.sources), 'document')}"


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"

"""Run with `python -m search`: the whole command, as `communique`."""

from indexer.signals import exit_on_interrupt


def main() -> None:
    """Load the command line, and run it."""
    exit_on_interrupt()
    from search.cli.main import main as run

    run()


if __name__ == "__main__":
    main()

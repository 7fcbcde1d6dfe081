"""The files of a generation, except those of Whoosh."""

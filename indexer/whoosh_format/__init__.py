"""The Whoosh index of a generation: the only importer of Whoosh here."""

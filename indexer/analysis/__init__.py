"""From text to morphemes, and from morphemes to terms."""

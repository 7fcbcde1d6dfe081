"""What sentences state of themselves: speakers, acts, and definitions of short forms."""

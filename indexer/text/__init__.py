"""Characters of Korean text: folding, jamo, Hanja readings, scripts, offsets.

In comes a string; out comes a string, mostly with the offset of each of its characters in
the source. No module here cuts text into words. Read `folding` first: index and queries use it.
"""

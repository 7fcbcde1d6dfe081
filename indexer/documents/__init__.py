"""Documents of other programs as text: HWP, HWPX, PDF, DOCX, HTML and Markdown.

In comes the bytes of a file; out comes `Extracted`, its text with the offsets of its
pages. A parser of a foreign format runs in a process of its own, with limits on memory
and time. Read `extract` first; each format has a module with a function `extract`.
Nothing imports this package before such a file is read.
"""

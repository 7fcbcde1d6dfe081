"""The index on a page and as JSON over HTTP; needs the extra `web`."""

"""The index as a web page and as JSON over HTTP; needs the extra `web`.

HTTP requests in, HTML and the JSON of the commands out. Read `app` first, which joins
the routes of `api` and `page` to the `service` that answers them: `index_watcher` keeps
the current generation open, `thread_pools` bounds the work, `answer_cache` saves it.
"""

"""Files that somebody edits -> batches of changes -> a function that is called again.

``Watcher`` (``watcher``) tells what changed, ``roles`` knows which files stand around a function and what each of them
means to it, ``rerun`` makes the next call see them. ``ignored``, ``tree``, ``snapshot`` and ``settling`` are parts of
the watcher; watchdog is used in ``events`` alone, and imported when it is.
"""

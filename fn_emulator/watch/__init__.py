"""Files that somebody edits -> batches of changes -> a function that is called again.

``Watcher`` (``watcher``) tells what changed, ``surroundings`` knows which files stand around a function and what each of
them means to it, ``rerun`` makes the next call see them. ``ignored``, ``tree``, ``snapshot`` and ``settling`` are its
parts; watchdog is used in ``events`` alone, and imported when it is.
"""

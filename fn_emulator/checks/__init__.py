"""Rules: what each one sees is a ``Finding``. Families are imported where they are used, for a fast start.

``load`` judges what a function must have to be called at all, ``deployability`` all the rest that is known without a
call, ``call`` one result.
"""

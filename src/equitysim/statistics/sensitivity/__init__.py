"""What the runs of a study say: what matters, who is best where, and how much of it is luck.

``responses`` is what comes in, ``findings`` what goes out; every method has a module of its own between them.
"""

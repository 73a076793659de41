"""The page one can show: what is on it (``view``), how it is made of a comparison (``compose`` and the modules it
calls), how it becomes one self-contained file (``page``, the only user of Jinja2).
"""

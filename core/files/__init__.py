"""Files that people hand in: checked by content, kept outside what is served, given out with care.

Rows say what is kept; the bytes lie in the instance folder under random names.
"""

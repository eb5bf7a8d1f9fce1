"""Lists that somebody hands in: read with care, checked row by row, written after confirming.

A package says what its rows are (a `Subject`); everything else is the same for all of them:
reading workbooks and text, recognizing columns, keeping rows until they are confirmed, mending
single cells, writing in chunks, taking the whole back.
"""

"""Work that takes longer than a page may: done chunk after chunk, with progress, after any crash.

A package writes a step (one chunk, in the transaction it is given) and names it as a `Kind`; a
page starts a job; the worker calls the step until nothing is left. A chunk and the note of how far
it came are one transaction, so a killed worker loses the chunk it was in and nothing else.
"""

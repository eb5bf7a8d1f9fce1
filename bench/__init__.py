"""Measurements of the running product on made-up data: python -m bench (docs/performance.md)."""

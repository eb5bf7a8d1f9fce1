"""Indicators as data: what is counted, how, for whom; targets, and what was published."""

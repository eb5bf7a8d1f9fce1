"""Volunteers, their service records and the hours ledger."""

"""Alerts: which figure of an organization is behind, by rules that are dated data (issue 7)."""

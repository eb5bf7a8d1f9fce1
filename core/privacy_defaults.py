"""How long what is kept, where nothing else was entered (decisions.md D6, domain.md PRI-12)."""

from __future__ import annotations

_MONTH = "INFER: as coordinates, decisions.md D6: within a month it is asked for"

PRIVACY: dict[str, tuple[int, str]] = {
    "privacy.identity_years": (3, "decisions.md D6: identity removed 3 years after leaving"),
    "privacy.records_years": (10, "decisions.md D6: records and certificates 10 years"),
    "privacy.refused_years": (1, "decisions.md D6: rejected applications 1 year"),
    "privacy.photos_years": (1, "decisions.md D6: evidence photos 1 year"),
    "privacy.logs_years": (3, "decisions.md D6: audit and read log 3 years"),
    "accounts.sign_in_days": (183, "domain.md PRI-12: logs of the network at least 6 months"),
    "messages.days": (30, _MONTH),
    "forms.key_days": (30, _MONTH),
    "guardians.ended_days": (30, "INFER: as leaving at eighteen and mergers, undone for 30 days"),
    "backups.days": (30, "INFER: security.md PRV-16: copies outlive a removal by a month at most"),
}

#: What no setting goes below: the law, or that nothing is removed on its own day.
LEAST = {
    "privacy.records_years": 10,  # GB/T 40143-2021, 5.2.2: at least ten years
    "accounts.sign_in_days": 183,  # Cybersecurity Law, article 21: at least six months
    "backups.days": 7,
}

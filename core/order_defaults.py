"""What holds for supervision orders where the deployment has entered nothing (settings)."""

from __future__ import annotations

ORDERS: dict[str, tuple[int, str]] = {
    "orders.receipt_working_days": (3, "domain.md 6.2: receipt in 3 working days"),
    "orders.red_working_days": (10, "INFER: what is past its line is put right in two weeks"),
    "orders.yellow_working_days": (20, "INFER: what comes near has a month"),
    "orders.free_working_days": (10, "INFER: as a red one; whoever gives the order may choose"),
    "orders.reopen_working_days": (5, "INFER: what was not done well is done again in a week"),
    "orders.most_days": (366, "INFER: a deadline is within a year"),
}

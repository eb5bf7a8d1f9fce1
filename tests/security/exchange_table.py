"""What the pages of the exchange with another volunteer system need, written by hand."""

from __future__ import annotations

EXCHANGE: dict[str, str] = {
    "exchange.agree": "exchange",
    "exchange.batch": "exchange",
    "exchange.batches": "exchange",
    "exchange.close": "exchange",
    "exchange.download": "exchange",
    "exchange.downloaded": "exchange",
    "exchange.give_up": "exchange",
    "exchange.mark_sent": "exchange",
    "exchange.receipt": "exchange",
    "exchange.refused": "exchange",
    "exchange.schema": "exchange",
    "exchange.send_again": "exchange",
    "exchange.start_batch": "exchange",
}

"""What the pages of the public area need, written by hand."""

from __future__ import annotations

from tests.security.activity_table import PUBLIC

PUBLIC_AREA: dict[str, str] = {
    "public.activities": PUBLIC,
    "public.edition": PUBLIC,
    "public.edition_csv": PUBLIC,
    "public.guide": PUBLIC,
    "public.matter": PUBLIC,
    "public.organization": PUBLIC,
    "public.publish": "statistics",
    "public.robots": PUBLIC,
    "public.sitemap": PUBLIC,
    "public.statistics": PUBLIC,
    "public.take_back": "statistics",
    "public.venue": PUBLIC,
    "public.venue_photo": PUBLIC,
    "public.venues": PUBLIC,
    "public.verify": PUBLIC,
    "shell.choose_display": PUBLIC,
}

PUBLIC_ROWS: dict[str, str] = {"public.take_back": "edition"}

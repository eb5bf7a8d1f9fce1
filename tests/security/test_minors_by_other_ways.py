"""The other ways out: public addresses, QR, pictures, letters, texts, other systems, the log.

Each is listed with what it tells of a minor; a new one fails until somebody has thought of them.
Papers and files stand in ``test_minors_leaving``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask

from accounts.rules.letters import FORMS, LetterKind
from core.cli import route_rows
from core.database import db
from core.messages import outbox
from organizations.rules import Measure
from people.rules import mask_name
from supervision.api.declared import ENDPOINTS
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tests.security.test_minors_leaving import _ways, markers_of, shown
from tests.supervision.systems import put, reader_of
from tools.programs import ROOT

NOTHING = "no minor's data"
OWN_LINK = "the child masked, to who holds the link that the guardian or the pupil got"
HOLDER = "an adult's card or paper; of a minor no name and no code"
NUMBERS = "numbers, small groups hidden"
TYPED = "what was typed comes back; the same for known and unknown"

#: Every address without an account, so every page that a QR code or a link may open.
PUBLIC: dict[str, str] = {
    **dict.fromkeys(
        [
            *("accounts.code", "accounts.confirm_code", "accounts.factor_codes"),
            *("accounts.password", "accounts.send_again", "accounts.send_code"),
            *("accounts.sign_in", "accounts.sign_in_by_password", "accounts.sign_out"),
            *("people.matter_progress", "public.matter", "public.verify"),
        ],
        TYPED,
    ),
    **dict.fromkeys(
        [
            *("activities.agreement_answered", "activities.answer_agreement"),
            *("activities.guardian_agreement", "activities.send_agreement_code"),
            *("members.answer_guardian", "members.answer_other", "members.guardian"),
            *("members.link_sent", "members.send_code", "members.send_link_again"),
            *("members.withdraw_all", "members.withdraw_guardian"),
            *("schools.answer_own", "schools.own_consent"),
            *("schools.send_own_again", "schools.send_own_code"),
        ],
        OWN_LINK,
    ),
    **dict.fromkeys(["members.verify", "volunteers.verify_certificate"], HOLDER),
    "volunteers.shared_paper": HOLDER,
    **dict.fromkeys(["public.edition", "public.edition_csv", "public.statistics"], NUMBERS),
    **dict.fromkeys(
        [
            *("activities.code_page", "activities.event", "activities.give_feedback"),
            *("activities.shift_calendar", "api.openapi", "health.live", "health.ready"),
            *("members.join", "offline.page", "offline.worker", "organizations.find"),
            *("public.activities", "public.guide", "public.organization", "public.robots"),
            *("public.sitemap", "public.venue", "public.venue_photo", "public.venues"),
            *("shell.choose_display", "shell.help_page", "shell.privacy", "shell.set_display"),
            *("shell.show_outbox", "supervision.index", "volunteers.log_offline"),
        ],
        NOTHING,
    ),
}
#: Modules that draw a picture, a QR code or a PDF.
PICTURES = {
    "accounts/routes/factors.py": NOTHING,
    "core/pictures.py": NOTHING,
    "members/picture.py": HOLDER,
    "members/qr.py": HOLDER,
    "volunteers/paper.py": HOLDER,
    "volunteers/paper_pdf.py": HOLDER,
}
DRAWS = ("import segno", "from PIL", "from fpdf import", "import Picture", ", Picture\n")
#: Modules that send a text to a phone; a child in it is masked.
TEXTS = {
    "accounts/operations/codes.py": NOTHING,
    "accounts/operations/letters.py": "what LETTERS says",
    "activities/operations/agreeing.py": OWN_LINK,
    "core/alarms.py": NOTHING,
    "people/operations/consents.py": OWN_LINK,
    "people/operations/guardians.py": OWN_LINK,
    "people/operations/phones.py": NOTHING,
    "schools/operations/consents.py": OWN_LINK,
    "schools/operations/own_consents.py": OWN_LINK,
}
SENDS = ("messages.queue(", "messages.queue_many(")
#: Nothing else leaves the house: no mail, no call of another system but the gateway of texts.
CALLS = re.compile(
    r"^(?:from|import) (?:smtplib|email|urllib\.request|http\.client|requests|httpx)\b",
    re.MULTILINE,
)
#: What a letter may fill in that is about somebody: whom.
ABOUT = {
    "name": {LetterKind.POST_TAKEN, LetterKind.POST_NOT_TAKEN},  # who holds a post is of age
    "ward": {
        LetterKind.CONSENT_ASKED,
        LetterKind.PUPIL_CONSENT_ASKED,
        LetterKind.WARD_APPROVED,
        LetterKind.WARD_ENDED,
        LetterKind.WARD_REJECTED,
        LetterKind.WARD_RETURNED,
    },  # to the guardian, masked
}
PLAIN = {
    *("about", "count", "day", "days", "job", "old", "organization", "places", "problem", "role"),
    *("star", "subject", "time", "title", "unit", "year", "years", "yuan"),
}
#: Modules that write lines of the log: kinds, codes and places in the code (LOG-02 to LOG-04).
LOGS = {
    "activities/routes/checkin.py",
    "core/errors.py",
    "core/jobs/cli.py",
    "core/jobs/queue.py",
    "core/jobs/running.py",
    "core/logging.py",
    "core/pictures.py",
}


@pytest.mark.pure
@pytest.mark.covers("PRV-10", "PRV-12", "D10")
def test_every_address_without_account_is_listed(app: Flask) -> None:
    rows = [row for row in route_rows(app) if row["needs"] == "public"]
    assert {row["endpoint"] for row in rows} == set(PUBLIC)


@pytest.mark.pure
@pytest.mark.covers("PRV-10", "D10")
def test_every_picture_text_and_line_of_the_log_is_listed() -> None:
    assert _ways(ROOT, "*.py", DRAWS) == set(PICTURES)
    assert _ways(ROOT, "*.py", SENDS) == set(TEXTS)
    assert _ways(ROOT, "*.py", ("log.info(", "log.warning(", "log.error(")) == LOGS
    modules = _ways(ROOT, "*.py", ("import ",))
    calling = {one for one in modules if CALLS.search(Path(ROOT, one).read_text("utf-8"))}
    assert calling == {"core/messages.py"}


@pytest.mark.pure
@pytest.mark.covers("PRV-10", "D10")
def test_letters_fill_in_nobody_but_masked_wards_and_holders_of_posts() -> None:
    filled: dict[str, set[LetterKind]] = {}
    for kind, form in FORMS.items():
        for name in re.findall(r"%\((\w+)\)", form.sentence):
            filled.setdefault(name, set()).add(kind)
    assert set(filled) - PLAIN == set(ABOUT)
    assert {name: filled[name] for name in ABOUT} == ABOUT


@pytest.mark.covers("PRV-10", "PRV-11", "D10")
def test_no_text_to_a_phone_tells_who_a_child_is(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    """Asked, answered, a guardian ended: every text knows the child by mask alone."""
    pupil = school.make_pupil(school.make_class(cast.organization("东小学")))
    guardian, other = school.guardian_of(pupil.person), school.make_guardian(pupil.person)
    guardian.name, other.name, pupil.person.name = "试暗记监护", "试暗记另一位", "试暗记童"
    db.session.commit()
    finn, at = client_of("finn"), f"/o/{cast.code('东小学')}/consents/pupils/{pupil.code}"
    ended = {"guardian": guardian.code}
    for path, data in ((at, {"act": "ask"}), (f"{at}/guardians/end", ended), (at, {"act": "no"})):
        assert finn.post(path, data).status_code == HTTPStatus.SEE_OTHER, data
    texts = [one.text for one in outbox(200)]
    markers = markers_of(pupil.person, guardian.name, guardian.plain_phone)
    assert sum(mask_name(pupil.person.name) in one for one in texts) > len(ended) + 1
    assert {what for one in texts for what in shown(one, markers)} == set()


@pytest.mark.covers("PRV-10", "AZ-07", "D10")
def test_another_system_reads_no_child_and_no_small_number_of_them(app: Flask, cast: Cast) -> None:
    pupil = school.make_pupil(school.make_class(cast.organization("东小学")))
    pupil.person.name = "试暗记童"
    markers = markers_of(pupil.person, "试监护", school.guardian_of(pupil.person).plain_phone)
    put(cast, {"东小学": 3}, Measure.YOUTH_MEMBERS)
    reader, answers = reader_of(app, cast, "测试省"), []
    for endpoint in ENDPOINTS:
        asked = "&".join(
            f"{one.name}={'I06' if one.name == 'indicator' else 2025}"
            for one in endpoint.of_query
            if one.is_required
        )
        path = endpoint.path.replace("{code}", cast.code("东小学"))
        answers.append(reader.ask(f"{path}?{asked}"))
    told = {one.name: answer.status_code for one, answer in zip(ENDPOINTS, answers, strict=True)}
    assert told.pop("parts") == HTTPStatus.BAD_REQUEST  # a number of people has none
    assert told.pop("publication") == HTTPStatus.NOT_FOUND
    assert set(told.values()) == {HTTPStatus.OK}
    assert {what for one in answers for what in shown(one.text, markers)} == set()
    for more, is_told in ((0, False), (27, True)):
        put(cast, {"东小学": more}, Measure.YOUTH_MEMBERS)
        values = reader.read(f"/values?indicator=I06&organization={cast.code('东县')}")
        assert f'"value": {3 + more}' in json.dumps(values) or not is_told
        assert is_told or '"value": 3' not in json.dumps(values)


@pytest.mark.pure
@pytest.mark.covers("D10")
def test_the_lists_name_what_there_is() -> None:
    for path in (*PICTURES, *TEXTS, *LOGS):
        assert Path(ROOT, path).is_file()

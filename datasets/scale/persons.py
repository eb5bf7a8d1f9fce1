"""Persons with sealed numbers and blind indexes, and the accounts of those who sign in."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from random import Random

from core.crypto import FieldCipher
from datasets.scale.accounts import BENCH_POSTS, BENCH_VOLUNTEERS, totp_secret
from datasets.scale.codes import ResidentIds, long_codes, phone
from datasets.scale.names import Name, name_pool
from datasets.scale.plan import Plan
from datasets.scale.writing import Days, Loader
from people.rules import IdType

OLDEST = date(1946, 1, 1)
YOUNGEST_ADULT_YEARS = 26  # of age already when the longest memberships began
YOUTH_YEARS = (7, 17)
YEAR = 365.25
RESIDENT_ID = IdType.RESIDENT_ID.value

PERSONS = (
    "id code name match_key pinyin initials sex born_on id_type id_number id_index phone"
    " phone_index phone_tail_index created_at version"
)
USERS = (
    "id code person_id phone_index phone display_name totp_secret totp_confirmed_at is_demo"
    " created_at"
)


def years_before(today: date, years: float) -> date:
    """Return the day so many years ago."""
    return today - timedelta(days=int(years * YEAR))


class Persons:
    """Writes persons and accounts; keeps nothing of them."""

    def __init__(self, plan: Plan, loader: Loader, cipher: FieldCipher, days: Days) -> None:
        self.plan, self.days, self.cipher = plan, days, cipher
        self.spelling = loader.spelling
        self.pool = name_pool(plan.seed, min(60_000, 2 * plan.size.people))
        self.random = Random(plan.seed).random  # noqa: S311 - made-up data
        self.codes = long_codes(plan.seed + 1)
        self.user_codes = long_codes(plan.seed + 2)
        today = plan.today
        self.adult_ids = ResidentIds(OLDEST, years_before(today, YOUNGEST_ADULT_YEARS))
        youngest, oldest = YOUTH_YEARS
        self.youth_ids = ResidentIds(
            years_before(today, oldest + 0.9), years_before(today, youngest)
        )
        self.tails: dict[str, object] = {}
        self.rows = loader.sheet("persons", PERSONS)
        self.users = loader.sheet("users", USERS)

    def adult(self, person_id: int, days_ago: int, user_id: int = 0) -> Name:
        """Write a grown-up with a phone, and the account where a user id is given."""
        code, blob = next(self.codes), self.spelling.blob
        name = self.pool[int(self.random() * len(self.pool))]
        mobile = phone(person_id)
        mobile_index = blob(self.cipher.blind_index(mobile, "phone"))
        sealed = self.cipher.encrypt_field(mobile, f"persons.phone:{code}")
        reach = (sealed, mobile_index, self._tail(mobile[-4:]))
        self._write(person_id, code, name, self.adult_ids[person_id - 1], reach, days_ago)
        if user_id:
            self._user(user_id, person_id, mobile, mobile_index, name.name)
        return name

    def youth(self, person_id: int, number: int, days_ago: int) -> Name:
        """Write a pupil: an ID number, no phone."""
        name = self.pool[int(self.random() * len(self.pool))]
        null = self.spelling.null
        reach = (null, null, null)
        self._write(person_id, next(self.codes), name, self.youth_ids[number], reach, days_ago)
        return name

    def _write(
        self,
        person_id: int,
        code: str,
        name: Name,
        identity: tuple[str, str, str],
        reach: tuple[object, object, object],
        days_ago: int,
    ) -> None:
        number, born, sex = identity
        sealed = self.cipher.encrypt_field(number, f"persons.id_number:{code}")
        index = self.spelling.blob(self.cipher.blind_index(f"{RESIDENT_ID}:{number}", "id"))
        known = (RESIDENT_ID, sealed, index, *reach, self.days.stamps[days_ago], 1)
        self.rows.add(
            (
                person_id,
                code,
                name.name,
                name.match_key,
                name.pinyin,
                name.initials,
                sex,
                born,
                *known,
            )
        )

    def _tail(self, digits: str) -> object:
        found = self.tails.get(digits)
        if found is None:
            found = self.spelling.blob(self.cipher.blind_index(digits, "phone-tail"))
            self.tails[digits] = found
        return found

    def _user(self, user_id: int, person_id: int, mobile: str, index: object, name: str) -> None:
        code, null = next(self.user_codes), self.spelling.null
        sealed = self.cipher.encrypt_field(mobile, f"users.phone:{code}")
        secret = confirmed = null
        if user_id <= BENCH_POSTS:
            plain = totp_secret(self.plan.seed, user_id)
            secret = self.cipher.encrypt_field(plain, f"users.totp_secret:{code}")
            confirmed = self.days.stamps[1]
        volunteer = user_id - len(self.plan.posts)
        shown = user_id <= BENCH_POSTS or 1 <= volunteer <= BENCH_VOLUNTEERS
        demo = self.spelling.true if shown else self.spelling.false
        since = self.days.stamps[min(len(self.days.stamps) - 1, 730)]
        self.users.add(
            (user_id, code, person_id, index, sealed, name, secret, confirmed, demo, since)
        )


def card_digest(cipher: FieldCipher, code: str) -> bytes:
    """Return the verification digest of a membership's card (members.operations.card_token)."""
    token = cipher.blind_index(code, "card").hex()[:32]
    return sha256(token.encode()).digest()

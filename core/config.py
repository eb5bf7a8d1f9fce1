"""The configuration of one process: read once from the environment, frozen, complete or refused."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from core import sm2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "REDCROSS_"
MIN_SECRET_BYTES = 32
#: Keys of signatures as they are told: an algorithm, unless it is Ed25519, and the key in hex.
SIGNING_KEY = re.compile(r"(?:(?:ed25519|sm2):)?[0-9a-fA-F]{64}")
OLD_SIGNING_KEY = re.compile(r"(?:ed25519:)?[0-9a-fA-F]{64}|sm2:[0-9a-fA-F]{128}")
#: A profile, and the index key that served under it.
OLD_INDEX_KEY = re.compile(r"(?:gm|intl):[0-9a-fA-F]{64,}")
#: A secret of fewer different characters was typed, not drawn.
DISTINCT = 8
KNOWN_SECRETS = frozenset({"changeme", "secret", "development", "dev", "password", "redcross"})


class Environment(StrEnum):
    """What the process serves: nobody but production may meet real people."""

    DEVELOPMENT = "development"
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


#: Set by Flask where a program of the command line runs, not the server.
RUNS_COMMAND = "FLASK_RUN_FROM_CLI"


class ConfigurationError(RuntimeError):
    """The process must not start; the message lists every reason at once."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Idle and absolute limits of sessions, in seconds (security.md AU-04)."""

    person_idle: int = 7 * 86_400
    person_absolute: int = 30 * 86_400
    post_idle: int = 30 * 60
    post_absolute: int = 12 * 3600
    province_idle: int = 15 * 60
    province_absolute: int = 8 * 3600
    step_up: int = 10 * 60


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of signatures: the name of its algorithm, and its bytes, private or public."""

    algorithm: str
    data: bytes

    @classmethod
    def read(cls, text: str) -> SigningKey:
        """Return the key of ``sm2:<hex>``, or of ``<hex>`` for Ed25519."""
        algorithm, _, digits = text.rpartition(":")
        return cls(algorithm or "ed25519", bytes.fromhex(digits))

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.data.hex()}"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a process is told from outside; nothing else reads the environment."""

    environment: Environment
    instance: Path
    database_url: str
    secret_key: str
    index_key: bytes
    field_keys: Mapping[str, bytes]
    current_field_key: str
    crypto_profile: str = "gm"
    old_index_keys: tuple[tuple[str, bytes], ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    origin: str = "http://127.0.0.1:8000"
    brand: str = "浙江省红十字会"
    help_phone: str = "96616"
    privacy_contact: str = ""
    trusted_proxies: int = 0
    message_gateway: str = "outbox"
    message_gateway_url: str = ""
    message_gateway_key: str = ""
    backup_key: bytes = b""
    anchors: str = ""
    signing_keys: Mapping[str, SigningKey] = field(default_factory=dict)
    current_signing_key: str = ""
    old_signing_keys: Mapping[str, SigningKey] = field(default_factory=dict)
    limits_enabled: bool = True
    offline_worker: bool = True
    limit_storage: str = "memory://"
    jobs_url: str = ""
    waiting: int = 48
    exchange_profile: str = ""
    exchange_key: bytes = b""
    password_memory_kib: int = 65_536
    clock_offset_seconds: int = 0
    fail_points: str = ""
    is_command: bool = False
    lifetimes: Lifetimes = field(default_factory=Lifetimes)

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def anchor_folder(self) -> Path:
        """Where heads of the ledger are kept: best a disk of another machine (LED-13)."""
        return Path(self.anchors) if self.anchors else self.instance / "anchors"

    @property
    def shows_outbox(self) -> bool:
        """Whether sent messages may be read on a page: never where real people are served."""
        return not self.is_production

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Return the configuration named by the environment.

        Outside production what is missing is made up once and kept in the instance folder.
        Raises ConfigurationError that names every missing or weak value (security.md CFG-01).
        """
        env = dict(os.environ if environ is None else environ)
        environment = Environment(env.get(f"{PREFIX}ENVIRONMENT", Environment.DEVELOPMENT))
        default_instance = Path(__file__).resolve().parent.parent / "instance"
        instance = Path(env.get(f"{PREFIX}INSTANCE", str(default_instance)))
        instance.mkdir(parents=True, exist_ok=True)
        if environment is not Environment.PRODUCTION:
            env = {**_kept_secrets(instance), **env}
        problems = _problems(env, environment)
        if problems:
            message = "The configuration is refused:\n- " + "\n- ".join(problems)
            raise ConfigurationError(message)
        return cls(environment=environment, instance=instance, **_values(env, instance))  # type: ignore[arg-type]


def _values(env: Mapping[str, str], instance: Path) -> dict[str, object]:
    def text(name: str, default: str = "") -> str:
        return env.get(f"{PREFIX}{name}", default)

    keys, signing = _keys(text("FIELD_KEYS")), _signing_keys(text("SIGNING_KEYS"))
    return {
        "database_url": _database_url(env, instance),
        "secret_key": text("SECRET_KEY"),
        "index_key": bytes.fromhex(text("INDEX_KEY")),
        "field_keys": keys,
        "current_field_key": text("CURRENT_FIELD_KEY", next(iter(keys))),
        "crypto_profile": text("CRYPTO_PROFILE", "gm"),
        "old_index_keys": tuple(
            (profile, bytes.fromhex(key)) for profile, key in _pairs(text("OLD_INDEX_KEYS"))
        ),
        "trusted_hosts": tuple(filter(None, text("TRUSTED_HOSTS").split(","))),
        "origin": text("ORIGIN", "http://127.0.0.1:8000").rstrip("/"),
        "brand": text("BRAND", "浙江省红十字会"),
        "help_phone": text("HELP_PHONE", "96616"),
        "privacy_contact": text("PRIVACY_CONTACT"),
        "trusted_proxies": int(text("TRUSTED_PROXIES", "0")),
        "message_gateway": text("MESSAGE_GATEWAY", "outbox"),
        "message_gateway_url": text("MESSAGE_GATEWAY_URL"),
        "message_gateway_key": text("MESSAGE_GATEWAY_KEY"),
        "backup_key": bytes.fromhex(text("BACKUP_KEY")),
        "anchors": text("ANCHORS"),
        "signing_keys": signing,
        "current_signing_key": text("CURRENT_SIGNING_KEY", next(iter(signing))),
        "old_signing_keys": _signing_keys(text("OLD_SIGNING_KEYS")),
        "limits_enabled": text("LIMITS", "on") != "off",
        "offline_worker": text("OFFLINE_WORKER", "on") != "off",
        "limit_storage": text("LIMIT_STORAGE", "memory://"),
        "jobs_url": text("JOBS_URL"),
        "waiting": int(text("WAITING", "48")),
        "exchange_profile": text("EXCHANGE_PROFILE"),
        "exchange_key": bytes.fromhex(text("EXCHANGE_KEY")),
        "password_memory_kib": int(text("PASSWORD_MEMORY_KIB", "65536")),
        "clock_offset_seconds": int(text("CLOCK_OFFSET", "0")),
        "fail_points": text("FAIL_POINTS"),
        "is_command": env.get(RUNS_COMMAND) == "true",
        "lifetimes": _lifetimes(env),
    }


def _lifetimes(env: Mapping[str, str]) -> Lifetimes:
    names = Lifetimes.__dataclass_fields__
    given = {name: env.get(f"{PREFIX}SESSION_{name.upper()}") for name in names}
    return Lifetimes(**{name: int(value) for name, value in given.items() if value})


def _database_url(env: Mapping[str, str], instance: Path) -> str:
    url = env.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{instance / 'redcross.db'}"
    return with_driver(url)


def with_driver(url: str) -> str:
    """Return the address of a database with the driver that speaks to PostgreSQL."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _keys(text: str) -> dict[str, bytes]:
    return {name: bytes.fromhex(value) for name, value in _pairs(text)}


def _signing_keys(text: str) -> dict[str, SigningKey]:
    return {name: SigningKey.read(value) for name, value in _pairs(text)}


def _pairs(text: str) -> list[tuple[str, str]]:
    """Read ``name:hex,name:hex``."""
    return [
        (name, value)
        for name, _, value in (part.partition(":") for part in text.split(",") if part)
    ]


def _problems(env: Mapping[str, str], environment: Environment) -> list[str]:
    names = ("SECRET_KEY", "INDEX_KEY", "FIELD_KEYS", "BACKUP_KEY", "SIGNING_KEYS")
    missing = [f"{PREFIX}{name} is missing" for name in names if not env.get(PREFIX + name)]
    if environment is not Environment.PRODUCTION:
        return missing
    return missing + _production_problems(env)


def _production_problems(env: Mapping[str, str]) -> list[str]:
    """Return why these values must not serve real people (security.md CFG-01)."""

    def text(name: str, default: str = "") -> str:
        return env.get(PREFIX + name, default)

    secret, index_key, off = text("SECRET_KEY"), text("INDEX_KEY"), {"", "0"}
    weak = len(secret.encode()) < MIN_SECRET_BYTES or _is_guessable(secret)
    findings = (
        (bool(secret) and weak, "SECRET_KEY is shorter than 32 bytes or well known"),
        (0 < len(index_key) < 2 * MIN_SECRET_BYTES, "INDEX_KEY is shorter than 32 bytes"),
        (bool(index_key) and index_key in text("FIELD_KEYS"), "INDEX_KEY is an encryption key too"),
        (text("CLOCK_OFFSET") not in off, "CLOCK_OFFSET: a moved clock is for tests only"),
        (text("FAIL_POINTS") not in off, "FAIL_POINTS are for tests only"),
        (
            not _are_signing(text("SIGNING_KEYS"), SIGNING_KEY),
            "SIGNING_KEYS: id:sm2:64 random hex digits, or without sm2 for Ed25519, each id once",
        ),
        (
            not _are_signing(text("OLD_SIGNING_KEYS"), OLD_SIGNING_KEY),
            "OLD_SIGNING_KEYS: id:64 hex digits each, of SM2 id:sm2:128 hex digits",
        ),
        (
            not all(map(OLD_INDEX_KEY.fullmatch, filter(None, text("OLD_INDEX_KEYS").split(",")))),
            "OLD_INDEX_KEYS: gm:64 hex digits or intl:64 hex digits each",
        ),
        (not _signs(text), "CURRENT_SIGNING_KEY names none of the SIGNING_KEYS"),
        (not _is_queue(text("JOBS_URL")), "JOBS_URL must be an address of Redis, or nothing"),
        (not text("TRUSTED_HOSTS"), "TRUSTED_HOSTS is missing"),
        (not text("ORIGIN").startswith("https://"), "ORIGIN must be an https address"),
        (text("MESSAGE_GATEWAY", "outbox") == "outbox", "MESSAGE_GATEWAY must be a real gateway"),
    )
    problems = [PREFIX + sentence for wrong, sentence in findings if wrong]
    if env.get("FLASK_DEBUG", "0") not in off:
        problems.append("FLASK_DEBUG must be off")
    return problems


def _are_signing(text: str, form: re.Pattern[str]) -> bool:
    """Return whether every key of a list is random bytes in hex, its id its own; none is fine.

    Of two keys under one id the first would be lost, and what it signed could not be verified.
    """
    pairs = _pairs(text)
    return len({name for name, _ in pairs}) == len(pairs) and all(
        name and form.fullmatch(value) and _is_drawn(SigningKey.read(value))
        for name, value in pairs
    )


def _is_drawn(key: SigningKey) -> bool:
    """Return whether a key was drawn, not typed, and is one of its algorithm."""
    fits = key.algorithm != "sm2" or sm2.is_private(key.data) or sm2.is_public(key.data)
    return fits and len(set(key.data.hex())) >= DISTINCT


def _signs(text: Callable[..., str]) -> bool:
    names = [name for name, _ in _pairs(text("SIGNING_KEYS"))]
    return not names or text("CURRENT_SIGNING_KEY", names[0]) in names


def _is_queue(url: str) -> bool:
    return not url or url.startswith(("redis://", "rediss://", "unix://"))


def _is_guessable(secret: str) -> bool:
    lowered = secret.lower()
    return any(lowered.replace(known, "") in {"", lowered[:1]} for known in KNOWN_SECRETS) or (
        len(set(secret)) < DISTINCT
    )


def _kept_secrets(instance: Path) -> dict[str, str]:
    """Return secrets made up once for this instance folder, readable by its owner only.

    What a folder of an older release lacks is added; what it holds stays as it is.
    """
    path = instance / "secrets.json"
    made = {
        f"{PREFIX}SECRET_KEY": secrets.token_hex(32),
        f"{PREFIX}INDEX_KEY": secrets.token_hex(32),
        f"{PREFIX}FIELD_KEYS": f"k1:{secrets.token_hex(16)}",
        f"{PREFIX}BACKUP_KEY": secrets.token_hex(32),
        f"{PREFIX}SIGNING_KEYS": f"s1:sm2:{secrets.token_hex(32)}",
    }
    if not path.exists():
        _write_private(path, made)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    if made.keys() - kept.keys():
        fresh = path.with_name(f"{path.name}.new")
        _write_private(fresh, {**made, **kept})
        fresh.replace(path)
    return {**made, **kept}


def _write_private(path: Path, values: Mapping[str, str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(values, file)

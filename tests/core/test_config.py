"""A production process that misses something, or is given something weak, does not start."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from core.config import Config, ConfigurationError, Environment
from core.database import connect_options

GOOD = {
    "REDCROSS_ENVIRONMENT": "production",
    "REDCROSS_SECRET_KEY": "uM4eQ9vZ1x7Lw3Kc8Rb2Tn6Yp0Gs5Hd-extra",
    "REDCROSS_INDEX_KEY": "0123456789abcdef" * 4,
    "REDCROSS_FIELD_KEYS": "k1:" + "fedcba98" * 4,
    "REDCROSS_BACKUP_KEY": "89abcdef" * 8,
    "REDCROSS_SIGNING_KEYS": "s1:" + "76543210" * 8,
    "REDCROSS_TRUSTED_HOSTS": "volunteers.example.org",
    "REDCROSS_ORIGIN": "https://volunteers.example.org",
    "REDCROSS_MESSAGE_GATEWAY": "http",
    "DATABASE_URL": "postgresql://u@127.0.0.1/x",
}


def production(tmp_path: Path, **changes: str) -> Config:
    """Return the production configuration with changes; an empty change removes the variable."""
    env = {**GOOD, "REDCROSS_INSTANCE": str(tmp_path), **changes}
    return Config.from_env({name: value for name, value in env.items() if value})


@pytest.mark.pure
@pytest.mark.covers("CFG-01", "T1")
def test_a_complete_configuration_is_accepted(tmp_path: Path) -> None:
    config = production(tmp_path)
    assert config.is_production
    assert not config.shows_outbox
    assert config.database_url == "postgresql+psycopg://u@127.0.0.1/x"
    assert not (tmp_path / "secrets.json").exists()


@pytest.mark.pure
@pytest.mark.covers("LOAD-07")
def test_a_statement_of_a_page_ends_after_seconds_one_of_a_command_may_count_tables(
    tmp_path: Path,
) -> None:
    for variable, limit in ({"FLASK_RUN_FROM_CLI": "true"}, 900_000), ({}, 5_000):
        config = production(tmp_path, **variable)
        found = connect_options(config.database_url, is_command=config.is_command)
        assert f"statement_timeout={limit} " in found["connect_args"]["options"]


@pytest.mark.pure
@pytest.mark.covers("CFG-01", "T1")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDCROSS_SECRET_KEY", ""),
        ("REDCROSS_SECRET_KEY", "short"),
        ("REDCROSS_SECRET_KEY", "secret" * 8),
        ("REDCROSS_SECRET_KEY", "ab" * 20),
        ("REDCROSS_INDEX_KEY", ""),
        ("REDCROSS_INDEX_KEY", "ab" * 8),
        ("REDCROSS_FIELD_KEYS", ""),
        ("REDCROSS_BACKUP_KEY", ""),
        ("REDCROSS_SIGNING_KEYS", ""),
        ("REDCROSS_SIGNING_KEYS", "s1:" + "ab" * 16),
        ("REDCROSS_SIGNING_KEYS", "s1:" + "0" * 64),
        ("REDCROSS_SIGNING_KEYS", "s1:" + "76543210" * 8 + ",s1:" + "89abcdef" * 8),
        ("REDCROSS_CURRENT_SIGNING_KEY", "s9"),
        ("REDCROSS_SIGNING_KEYS", "s1:rsa:" + "76543210" * 8),
        ("REDCROSS_SIGNING_KEYS", "s1:sm2:" + "f" * 57 + "1234567"),
        ("REDCROSS_OLD_SIGNING_KEYS", "s0:abc"),
        ("REDCROSS_OLD_SIGNING_KEYS", "s0:sm2:" + "76543210" * 16),
        ("REDCROSS_OLD_INDEX_KEYS", "89abcdef" * 8),
        ("REDCROSS_OLD_INDEX_KEYS", "gm:89abcdef"),
        ("REDCROSS_TRUSTED_HOSTS", ""),
        ("REDCROSS_ORIGIN", "http://volunteers.example.org"),
        ("REDCROSS_MESSAGE_GATEWAY", "outbox"),
        ("REDCROSS_CLOCK_OFFSET", "3600"),
        ("REDCROSS_JOBS_URL", "here"),
        ("REDCROSS_FAIL_POINTS", "approve"),
        ("FLASK_DEBUG", "1"),
    ],
)
def test_a_weak_one_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name.removeprefix("REDCROSS_")):
        production(tmp_path, **{name: value})


@pytest.mark.pure
@pytest.mark.covers("CFG-01", "PRV-02")
def test_the_index_key_is_no_encryption_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="INDEX_KEY is an encryption key"):
        production(tmp_path, REDCROSS_FIELD_KEYS=f"k1:{GOOD['REDCROSS_INDEX_KEY']}")


@pytest.mark.pure
@pytest.mark.covers("CFG-01")
def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    env = {"REDCROSS_ENVIRONMENT": "production", "REDCROSS_INSTANCE": str(tmp_path)}
    with pytest.raises(ConfigurationError) as refused:
        Config.from_env(env)
    assert str(refused.value).count("\n- ") >= 6


@pytest.mark.pure
@pytest.mark.covers("CFG-01", "CFG-12")
def test_elsewhere_secrets_are_made_up_once_and_kept_private(tmp_path: Path) -> None:
    env = {"REDCROSS_INSTANCE": str(tmp_path), "REDCROSS_SESSION_POST_IDLE": "5"}
    first, second = Config.from_env(env), Config.from_env(env)
    assert first.environment is Environment.DEVELOPMENT
    assert first.secret_key == second.secret_key
    assert first.lifetimes.post_idle == 5
    kept = tmp_path / "secrets.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(set(json.loads(kept.read_text()).values())) == 5


@pytest.mark.pure
@pytest.mark.covers("CFG-01")
def test_a_folder_of_an_older_release_gets_the_secret_it_lacks(tmp_path: Path) -> None:
    env = {"REDCROSS_INSTANCE": str(tmp_path)}
    first, kept = Config.from_env(env), tmp_path / "secrets.json"
    values = json.loads(kept.read_text())
    del values["REDCROSS_SIGNING_KEYS"]
    kept.write_text(json.dumps(values))
    second, third = Config.from_env(env), Config.from_env(env)
    assert second.secret_key == first.secret_key
    assert second.signing_keys == third.signing_keys != first.signing_keys
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

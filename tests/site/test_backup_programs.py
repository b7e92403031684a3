"""PostgreSQL's own programs, which write and read what is in a backup."""

import shutil

import pytest

from dutydesk.site.backups.programs import Failed, connected, path_of


def test_no_password_is_among_a_program_s_words() -> None:
    words, environment = connected("postgresql://ada:s3cret@db.example:5433/desk?sslmode=require")
    assert "s3cret" not in words
    assert environment["PGPASSWORD"] == "s3cret"
    assert "host=db.example" in words
    assert "sslmode=require" in words


def test_a_newer_server_s_own_programs_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(Failed, match="PostgreSQL 99"):
        path_of("pg_dump", 99)

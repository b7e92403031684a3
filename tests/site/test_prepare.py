"""Making the database ready, and refusing one that was made by another version."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from dutydesk.site.prepare import ForeignDatabase, migrate


@pytest.mark.django_db
def test_a_database_that_is_ready_stays_as_it_is() -> None:
    before = MigrationRecorder(connection).applied_migrations()
    migrate()
    assert MigrationRecorder(connection).applied_migrations().keys() == before.keys()


@pytest.mark.django_db
def test_a_database_of_another_version_is_refused_by_name() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("desk", "0999_from_later")
    recorder.record_applied("rota", "0999_from_later")
    recorder.record_applied("somebody_else", "0001_initial")
    with pytest.raises(ForeignDatabase) as refusal:
        migrate()
    assert "desk.0999_from_later and 1 more" in refusal.value.reason
    assert "DUTYDESK_HOME" in refusal.value.remedy

"""Take alerts in one way only: the function that stored plain ones is gone."""

from importlib import import_module

from django.db import migrations

first = import_module("dutydesk.alarms.migrations.0001_initial")


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0002_what_keys_open"),
        ("inbox", "0001_initial"),
    ]

    operations = [migrations.RunSQL(first.CLOSE, first.OPEN)]

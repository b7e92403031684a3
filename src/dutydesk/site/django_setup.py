"""Sets Django up when imported: what imports the rooms' flows imports this first."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dutydesk.site.settings")
django.setup()

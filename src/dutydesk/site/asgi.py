"""What the web server runs."""

import os

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dutydesk.site.settings")
django.setup(set_prefix=False)
application = get_asgi_application()

"""What the web server runs."""

import os

from django.core.asgi import get_asgi_application

from dutydesk.site.orphans import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dutydesk.site.settings")
end_with_parent()
application = get_asgi_application()

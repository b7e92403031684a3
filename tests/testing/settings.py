"""The desk's own settings, on a PostgreSQL that belongs to this run of the tests."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import certifi

from testing.postgresql import start

_home = tempfile.mkdtemp(prefix="dutydesk-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["DUTYDESK_HOME"] = _home
os.environ["DUTYDESK_SECRET_KEY"] = "only for tests"
os.environ["DUTYDESK_CONTACT_METHOD_HOSTS"] = "127.0.0.1"
# Nobody out there is asked. To read all whom one could trust there takes each client 25 ms.
_trusted, _end, _ = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----\n")
Path(_home, "trusted.pem").write_text(_trusted + _end)
os.environ["SSL_CERT_FILE"] = f"{_home}/trusted.pem"
# Processes that run tests beside this one inherit these variables, and share one server.
if "DUTYDESK_TEST_DATABASE_URL" not in os.environ:
    os.environ["DUTYDESK_TEST_DATABASE_URL"], os.environ["DUTYDESK_TEST_FOLDER"] = start()
os.environ["DATABASE_URL"] = os.environ["DUTYDESK_TEST_DATABASE_URL"]
# Some tests start the desk's programs many times, and each would compile all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["DUTYDESK_TEST_DATABASE"] = f"test_dutydesk_{os.getpid()}"

from dutydesk.site.settings import *  # noqa: E402, F403 -- they read what is set above
from dutydesk.site.settings import DATABASES  # noqa: E402

# A test is one transaction, and on a busy machine it may pause for as long as it likes.
DATABASES["default"]["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=0"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

"""What operators set: addresses, secrets and switches. How the team works is in the process file.

Each setting is a variable of the environment, or the content of the file that its name with
`_FILE` behind it names. All are read once, by `reading`; nothing is read when this is imported.
"""

from dutydesk.settings.environment import WrongSettings as WrongSettings
from dutydesk.settings.environment import check_at_start as check_at_start
from dutydesk.settings.environment import read as read
from dutydesk.settings.environment import reading as reading
from dutydesk.settings.environment import settings_in_force as settings_in_force
from dutydesk.settings.model import Settings as Settings

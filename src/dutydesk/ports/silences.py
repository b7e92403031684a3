"""Telling a monitoring system of silences, and asking it which alerts it knows."""

from dutydesk.kernel.kinds import MessageKind

_SETTING = "DUTYDESK_ALERTMANAGER_URL"
SILENCE = MessageKind("silence", "Alertmanager", setting=_SETTING)
LOOK = MessageKind("silence.look", "Alertmanager", setting=_SETTING)

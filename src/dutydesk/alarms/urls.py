"""The routes of alarms, silences, integration keys and heartbeats."""

from django.urls import path

from dutydesk.alarms.web import alarms, heartbeats, keys, silences

urlpatterns = [
    path("alarms/", alarms.listed, name="alarms"),
    path("alarms/explain", alarms.explained, name="explain-alert"),
    path("alarms/keys/", keys.keys, name="integration-keys"),
    path("alarms/heartbeats/", heartbeats.heartbeats, name="heartbeats"),
    path("alarms/in/heartbeat/<str:token>", heartbeats.ping, name="heartbeat-ping"),
    path("alarms/in/heartbeat/<str:token>/<str:signal>", heartbeats.ping, name="heartbeat-signal"),
    path("alarms/<int:number>", alarms.alarm, name="alarm"),
    path("alarms/silences/", silences.silences, name="silences"),
    path("alarms/silences/new", silences.new, name="new-silence"),
    path("alarms/silences/<int:number>", silences.silence, name="silence"),
]

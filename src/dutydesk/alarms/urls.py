"""The routes of alarms, silences, integration keys and heartbeats."""

from django.urls import path

from dutydesk.alarms.web import alarms, heartbeats, keys, silences

urlpatterns = [
    path("alarms/", alarms.listed),
    path("alarms/explain", alarms.explained),
    path("alarms/keys/", keys.keys),
    path("alarms/heartbeats/", heartbeats.heartbeats),
    path("alarms/in/heartbeat/<str:token>", heartbeats.ping),
    path("alarms/<int:number>", alarms.alarm),
    path("alarms/silences/", silences.silences),
    path("alarms/silences/new", silences.new),
    path("alarms/silences/<int:number>", silences.silence),
]

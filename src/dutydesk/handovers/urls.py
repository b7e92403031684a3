"""The routes of handovers."""

from django.urls import path

from dutydesk.handovers import web

urlpatterns = [
    path("handovers/", web.listed, name="handovers"),
    path("handovers/<int:number>", web.handover, name="handover"),
    path("handovers/<int:number>/note", web.write_note, name="handover-note"),
    path("handovers/accept/<str:token>", web.accept_by_link, name="accept-handover"),
]

"""Every route of the desk."""

from django.urls import include, path

from dutydesk.site import web

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("healthz", web.healthz),
]

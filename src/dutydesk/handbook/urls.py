"""The routes of the handbook. No repository is called as one of its own screens is."""

from django.urls import path

from dutydesk.handbook import web

urlpatterns = [
    path("handbook/", web.overview, name="handbook"),
    path("handbook/review", web.review, name="handbook-review"),
    path("handbook/pictures/<str:name>/<path:path>", web.picture, name="handbook-picture"),
    path("handbook/<str:name>/", web.repository, name="handbook-repository"),
    path("handbook/<str:name>/<path:path>", web.page, name="handbook-page"),
]

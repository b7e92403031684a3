"""The routes of pictures."""

from django.urls import path

from dutydesk.pictures import web

urlpatterns = [path("pictures/<int:number>", web.picture, name="picture")]

"""The routes of people and their accounts."""

from django.urls import path

from dutydesk.people.web import accounts, people

urlpatterns = [
    path("account/", accounts.mine),
    path("people/", people.people),
    path("people/accounts/", accounts.listed),
    path("people/accounts/<int:number>", accounts.account),
    path("people/connect/<str:token>", people.connect),
]

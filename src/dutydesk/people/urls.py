"""The routes of people and their accounts."""

from django.urls import path

from dutydesk.people.web import accounts, my_account, people

urlpatterns = [
    path("account/", my_account.mine, name="my-account"),
    path("people/", people.people, name="people"),
    path("people/accounts/", accounts.listed, name="accounts"),
    path("people/accounts/<int:number>", accounts.account, name="account"),
    path("people/connect/<str:token>", people.connect, name="connect"),
]

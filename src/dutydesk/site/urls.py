"""Every route of the desk: those that belong to no one room, then each room's own."""

from allauth.account import views as account
from django.urls import include, path

from dutydesk.site import actions, glossary, metrics, mine, signin, style, web
from dutydesk.wiring import rooms

account_routes = [
    path("login/", signin.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", web.closed, name="account_signup"),
    path("password/reset/", web.closed, name="account_reset_password"),
    path("inactive/", web.inactive, name="account_inactive"),
]
urlpatterns = [
    path("", web.now),
    path("owed/", web.owed),
    path("mine/", mine.mine),
    path("glossary", glossary.glossary),
    path("account/", include(account_routes)),
    path("welcome/<str:token>", signin.welcome),
    path("do/<str:action>/<str:about>", actions.do),
    path("style", style.style),
    path("healthz", web.healthz),
    path("metrics", metrics.metrics),
    *(path("", include(room.urls)) for room in rooms() if room.urls),
]
handler404 = "dutydesk.site.faults.not_here"
handler500 = "dutydesk.site.faults.fault"

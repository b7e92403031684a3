"""Every route of the desk: those that belong to no one room, then each room's own."""

from allauth.account import views as account
from django.urls import include, path

from dutydesk.site import actions, glossary, metrics, mine, owed_screen, signin, style, web
from dutydesk.wiring import rooms

account_routes = [
    path("login/", signin.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", web.closed, name="account_signup"),
    path("password/reset/", web.closed, name="account_reset_password"),
    path("inactive/", web.inactive, name="account_inactive"),
]
urlpatterns = [
    path("", web.now, name="now"),
    path("owed/", owed_screen.owed, name="owed"),
    path("mine/", mine.mine, name="mine"),
    path("glossary", glossary.glossary, name="glossary"),
    path("account/", include(account_routes)),
    path("welcome/<str:token>", signin.welcome, name="welcome"),
    path("do/<str:action>/<str:about>", actions.do, name="do"),
    path("style", style.style, name="style"),
    path("healthz", web.healthz, name="health"),
    path("metrics", metrics.metrics, name="metrics"),
    *(path("", include(room.urls)) for room in rooms() if room.urls),
]
handler404 = "dutydesk.site.faults.not_here"
handler500 = "dutydesk.site.faults.fault"

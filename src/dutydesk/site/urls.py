"""Every route of the desk."""

from allauth.account import views as account
from django.urls import include, path

from dutydesk.alarms.web import alarms, heartbeats, keys, silences
from dutydesk.chat import web as chat
from dutydesk.desk import api as tracker
from dutydesk.desk.web import board, questions, search
from dutydesk.incidents import web as incidents
from dutydesk.measures.web import measures
from dutydesk.oncall import api as pager
from dutydesk.oncall.web import contact_methods, pages
from dutydesk.people.web import accounts, people
from dutydesk.postmortems import web as postmortems
from dutydesk.process import web as process
from dutydesk.rota.api import who
from dutydesk.rota.web import changes, feeds, plans, shares, weeks
from dutydesk.site import actions, metrics, signin, web

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
    path("account/", include(account_routes)),
    path("account/", accounts.mine),
    path("welcome/<str:token>", signin.welcome),
    path("do/<str:action>/<str:about>", actions.do),
    path("style", web.style),
    path("healthz", web.healthz),
    path("metrics", metrics.metrics),
    path("channels/", chat.channels),
    path("channels/<int:number>", chat.channel),
    path("threads/<int:number>", chat.thread),
    path("posts/<int:number>", chat.post),
    path("alarms/", alarms.listed),
    path("alarms/explain", alarms.explained),
    path("alarms/keys/", keys.keys),
    path("alarms/heartbeats/", heartbeats.heartbeats),
    path("alarms/in/heartbeat/<str:token>", heartbeats.ping),
    path("alarms/<int:number>", alarms.alarm),
    path("alarms/silences/", silences.silences),
    path("alarms/silences/new", silences.new),
    path("alarms/silences/<int:number>", silences.silence),
    path("pages/<int:number>", pages.page),
    path("pages/answer/<str:token>", pages.answer),
    path("pages/ways/", contact_methods.listed),
    path("pages/ways/confirm/<str:token>", contact_methods.confirm),
    path("pagerduty/webhook", pager.pagerduty),
    path("questions/", questions.questions),
    path("questions/<int:number>", questions.question),
    path("questions/<int:number>/record", questions.record),
    path("find", search.finding),
    path("board/", board.board),
    path("board/mine", board.board_mine),
    path("board/nobody", board.board_nobody),
    path("github/webhook", tracker.github),
    path("tickets/<int:number>", board.ticket),
    path("incidents/", incidents.listed),
    path("incidents/<int:number>", incidents.incident),
    path("services/", incidents.services),
    path("services/<int:number>", incidents.service),
    path("services/maintenance/<int:number>", incidents.maintenance),
    path("postmortems/<int:number>", postmortems.postmortem),
    path("shifts/", weeks.shifts),
    path("shifts/<int:number>", weeks.shift),
    path("shifts/cover", weeks.cover),
    path("shifts/who.json", who),
    path("shifts/change/", changes.change),
    path("shifts/plan/", plans.plan),
    path("shifts/shares/", shares.shares),
    path("shifts/statement.csv", shares.statement),
    path("shifts/calendars/", feeds.calendars),
    path("calendar/<str:token>.ics", feeds.feed),
    path("people/", people.people),
    path("people/accounts/", accounts.listed),
    path("people/accounts/<int:number>", accounts.account),
    path("people/connect/<str:token>", people.connect),
    path("measures/", measures.measures),
    path("process/", process.document),
]
handler404 = "dutydesk.site.faults.not_here"
handler500 = "dutydesk.site.faults.fault"

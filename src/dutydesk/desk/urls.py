"""The routes of questions, tickets and the board."""

from django.urls import path

from dutydesk.desk import api
from dutydesk.desk.web import board, questions, search

urlpatterns = [
    path("questions/", questions.questions),
    path("questions/<int:number>", questions.question),
    path("questions/<int:number>/record", questions.record),
    path("find", search.finding),
    path("board/", board.board),
    path("board/mine", board.board_mine),
    path("board/nobody", board.board_nobody),
    path("github/webhook", api.github),
    path("tickets/<int:number>", board.ticket),
]

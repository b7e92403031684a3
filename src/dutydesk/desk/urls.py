"""The routes of questions, tickets and the board."""

from django.urls import path

from dutydesk.desk import api
from dutydesk.desk.web import board, questions, search

urlpatterns = [
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:number>", questions.question, name="question"),
    path("questions/<int:number>/record", questions.record, name="question-record"),
    path("find", search.finding, name="find"),
    path("board/", board.board, name="board"),
    path("board/mine", board.board_mine, name="board-mine"),
    path("board/nobody", board.board_nobody, name="board-nobody"),
    path("github/webhook", api.github, name="github-webhook"),
    path("tickets/<int:number>", board.ticket, name="ticket"),
]

"""The routes of postmortems."""

from django.urls import path

from dutydesk.postmortems.web import improvements, passages, postmortems, publications, published

urlpatterns = [
    path("improvements/", improvements.listed, name="improvements"),
    path("improvements/<int:number>", improvements.improvement, name="improvement"),
    path("postmortems/", postmortems.listed, name="postmortems"),
    path("postmortems/<int:number>", postmortems.postmortem, name="postmortem"),
    path("postmortems/published/", published.published_list, name="published-postmortems"),
    path("postmortems/published/feed.atom", published.feed, name="published-feed"),
    path("postmortems/published/<int:number>", published.published, name="published-postmortem"),
    path(
        "postmortems/published/<int:number>/pictures/<int:picture>",
        published.published_picture,
        name="published-picture",
    ),
    path("postmortems/published/<int:number>.md", published.as_markdown, name="published-markdown"),
    path("postmortems/published/<int:number>.json", published.as_json, name="published-json"),
    path("postmortems/<int:number>/publish", publications.review, name="postmortem-review"),
    path(
        "postmortems/<int:number>/publications/<int:version>",
        publications.publication,
        name="publication",
    ),
    path("postmortems/<int:number>/walk", passages.walk, name="postmortem-walk"),
    path("postmortems/<int:number>/text/<str:key>", passages.write, name="postmortem-text"),
    path(
        "postmortems/<int:number>/text/<str:key>/versions",
        passages.versions,
        name="postmortem-versions",
    ),
]

"""Letting people in: organisations, teams, people, invitations, keys, access reviews."""

from django.urls import URLPattern, path

from accounts.views import invitations, keys, loads, organisations, people, reviews

urlpatterns: list[URLPattern] = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.add_organisation, name="add_organisation"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/change/", organisations.change_organisation, name="change_organisation"),
    path("organisations/<int:pk>/invite/", invitations.invite, name="invite"),
    path("organisations/<int:pk>/load/", loads.load_people, name="load_people"),
    path("organisations/<int:pk>/keys/", keys.keys, name="keys"),
    path("organisations/<int:pk>/keys/issue/", keys.issue_key, name="issue_key"),
    path("keys/<int:pk>/revoke/", keys.revoke_key, name="revoke_key"),
    path("teams/", organisations.teams, name="teams"),
    path("teams/add/", organisations.add_team, name="add_team"),
    path("teams/<int:pk>/", organisations.team, name="team"),
    path("people/", people.people, name="people"),
    path("people/people.csv", loads.people_template, name="people_template"),
    path("people/lists/<int:pk>/", loads.load, name="load"),
    path("people/invitations/<int:pk>/", invitations.invitation, name="invitation"),
    path("people/invitations/<int:pk>/send/", invitations.send_invitation_again, name="send_invitation_again"),
    path("people/invitations/<int:pk>/revoke/", invitations.revoke_invitation, name="revoke_invitation"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.change_person, name="change_person"),
    path("people/<int:pk>/let-go/", people.let_go, name="let_go"),
    path("people/<int:pk>/let-back/", people.let_back, name="let_back"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    # Under the account pages: what is posted there holds a password, and is never kept nor put back on a page.
    path("accounts/invitations/<slug:token>/", invitations.accept_invitation, name="accept_invitation"),
]

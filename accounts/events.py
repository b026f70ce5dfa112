"""The kinds of change this app writes to the audit trail, each with the sentence a person reads."""

SENTENCES = {
    "organisation_added": "added an organisation",
    "organisation_changed": "changed an organisation",
    "team_added": "added a team",
    "team_renamed": "renamed a team",
    "person_invited": "invited somebody",
    "invitation_sent_again": "sent an invitation again",
    "invitation_revoked": "withdrew an invitation",
    "invitation_accepted": "accepted an invitation",
    "person_changed": "changed what somebody is or may do",
    "person_let_go": "let somebody go",
    "person_let_back": "let somebody in again",
    "people_loaded": "invited a list of people",
    "key_issued": "issued a key for an agency’s system",
    "key_revoked": "revoked a key of an agency’s system",
    "access_kept": "confirmed that somebody’s access is still right",
    "review_finished": "finished an access review",
}

# The pages that show a record, as the audit trail calls them.
PAGES = {
    "organisation": "an organisation",
    "change_organisation": "the page to change an organisation",
    "invite": "the page to invite somebody",
    "load_people": "the page to invite a list of people",
    "load": "a list of people to invite",
    "invitation": "an invitation",
    "revoke_invitation": "the page to withdraw an invitation",
    "person": "the page of a colleague",
    "change_person": "the page to change what somebody may do",
    "let_go": "the page to let somebody go",
    "let_back": "the page to let somebody in again",
    "keys": "the keys of an organisation",
    "issue_key": "the page to issue a key",
    "revoke_key": "the page to revoke a key",
    "review": "an access review",
    "team": "the page of a team",
}

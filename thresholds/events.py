"""The kinds of change this app writes to the audit trail, each with the sentence a person reads."""

SENTENCES = {
    "framework_draft_started": "began a draft of thresholds",
    "framework_draft_saved": "changed a draft of thresholds",
    "framework_draft_tried": "tried a draft of thresholds on the last referrals",
    "framework_draft_discarded": "threw a draft of thresholds away",
    "framework_published": "published a version of the thresholds",
    "framework_adopted": "adopted thresholds for this authority",
    "framework_retired": "retired a version of the thresholds",
}

# The pages that show a record, as the audit trail calls them.
PAGES = {
    "framework": "a version of the thresholds",
    "start_from": "the page to start a draft from a version of the thresholds",
    "compare_framework": "two versions of the thresholds side by side",
    "adopt_framework": "the page to adopt thresholds",
    "retire_framework": "the page to retire a version of the thresholds",
    "framework_draft": "a draft of thresholds",
    "draft_about": "the title of a draft of thresholds",
    "draft_services": "the names of services in a draft of thresholds",
    "draft_bands": "the bands of a draft of thresholds",
    "draft_areas": "the areas of a draft of thresholds",
    "draft_indicators": "the indicators of a draft of thresholds",
    "add_indicator": "the page to add an indicator to a draft",
    "change_indicator": "an indicator of a draft of thresholds",
    "remove_indicator": "the page to take an indicator out of a draft",
    "draft_rules": "the rules of a draft of thresholds",
    "draft_rule": "a rule of a draft of thresholds",
    "add_rule": "the page to add a rule to a draft",
    "remove_rule": "the page to take a rule out of a draft",
    "add_step": "the page to add a step to a rule of a draft",
    "change_step": "a step of a rule of a draft",
    "remove_step": "the page to take a step out of a rule of a draft",
    "compare_draft": "a draft of thresholds beside a version",
    "preview_draft": "what a draft of thresholds would have changed",
    "publish_framework": "the page to publish a draft of thresholds",
    "discard_draft": "the page to throw a draft of thresholds away",
}

"""Addresses under /frameworks/: drafting, comparing, trying, publishing, adopting and retiring."""

from django.urls import URLPattern, path

from thresholds.views import drafts, indicators, rules, versions

DRAFT = "drafts/<int:pk>"
RULE = f"{DRAFT}/rules/<str:combining>"

urlpatterns: list[URLPattern] = [
    path("", versions.frameworks, name="frameworks"),
    path("start/", versions.start_framework, name="start_framework"),
    path("<int:pk>/", versions.framework, name="framework"),
    path("<int:pk>/start/", versions.start_from, name="start_from"),
    path("<int:pk>/compare/", versions.compare_framework, name="compare_framework"),
    path("<int:pk>/adopt/", versions.adopt_framework, name="adopt_framework"),
    path("<int:pk>/retire/", versions.retire_framework, name="retire_framework"),
    path(f"{DRAFT}/", drafts.framework_draft, name="framework_draft"),
    path(f"{DRAFT}/about/", drafts.draft_about, name="draft_about"),
    path(f"{DRAFT}/services/", drafts.draft_services, name="draft_services"),
    path(f"{DRAFT}/bands/", drafts.draft_bands, name="draft_bands"),
    path(f"{DRAFT}/areas/", drafts.draft_areas, name="draft_areas"),
    path(f"{DRAFT}/compare/", drafts.compare_draft, name="compare_draft"),
    path(f"{DRAFT}/preview/", drafts.preview_draft, name="preview_draft"),
    path(f"{DRAFT}/publish/", drafts.publish_framework, name="publish_framework"),
    path(f"{DRAFT}/discard/", drafts.discard_draft, name="discard_draft"),
    path(f"{DRAFT}/indicators/", indicators.draft_indicators, name="draft_indicators"),
    path(f"{DRAFT}/indicators/add/", indicators.add_indicator, name="add_indicator"),
    path(f"{DRAFT}/indicators/<str:indicator>/change/", indicators.change_indicator, name="change_indicator"),
    path(f"{DRAFT}/indicators/<str:indicator>/remove/", indicators.remove_indicator, name="remove_indicator"),
    path(f"{DRAFT}/rules/", rules.draft_rules, name="draft_rules"),
    path(f"{DRAFT}/rules/add/", rules.add_rule, name="add_rule"),
    path(f"{RULE}/change/", rules.draft_rule, name="draft_rule"),
    path(f"{RULE}/remove/", rules.remove_rule, name="remove_rule"),
    path(f"{RULE}/steps/add/", rules.add_step, name="add_step"),
    path(f"{RULE}/steps/<int:step>/", rules.change_step, name="change_step"),
    path(f"{RULE}/steps/<int:step>/remove/", rules.remove_step, name="remove_step"),
]

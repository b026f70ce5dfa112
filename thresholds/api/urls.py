"""Addresses under /api/v1/assessments/."""

from django.urls import path

from thresholds.api.views import Assessments

urlpatterns = [path("", Assessments.as_view(), name="api_assessments")]

"""Published frameworks, and what the engine said under each; both are written once."""

from thresholds.models.assessments import Assessment, Kind
from thresholds.models.drafts import FrameworkDraft
from thresholds.models.frameworks import Adoption, Framework, Retirement

__all__ = ["Adoption", "Assessment", "Framework", "FrameworkDraft", "Kind", "Retirement"]

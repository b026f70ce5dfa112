"""The invented borough of Merebrook: its people, its agencies, and what happened there in the last few days."""

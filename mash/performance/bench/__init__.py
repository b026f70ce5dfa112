"""Ours beside what Django and Django REST framework give by default, on the same rows in the same run."""

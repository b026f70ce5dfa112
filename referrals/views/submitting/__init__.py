"""Raising a concern: the pages of a draft, from the first question to the confirmation that it arrived."""

"""Signing in, with a real browser."""

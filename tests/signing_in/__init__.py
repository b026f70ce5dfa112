"""Signing in: passwords, second factors, sessions, and whoever tries to get round them."""

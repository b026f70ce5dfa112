"""Providers that are down, ill or wrong, dead addresses and a great backlog, and the account drawn up after each.

Hours are simulated, never slept: see `clock`. Nothing of the product knows of it.
"""

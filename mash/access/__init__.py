"""Closed unless opened: every view says which act it is, or is refused."""

from mash.access.rules import GET, GET_POST, POST, allows, anyone, signed_in

__all__ = ["GET", "GET_POST", "POST", "allows", "anyone", "signed_in"]

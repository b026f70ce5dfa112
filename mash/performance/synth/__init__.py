"""Plausible synthetic referrals, by COPY as the owner. Nobody in them is real."""

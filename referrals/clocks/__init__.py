"""Clocks, worked out from facts alone: no database here, and no time but the one that is given."""

from referrals.clocks.running import Clock, Pause, Rule, State, clock, due

__all__ = ["Clock", "Pause", "Rule", "State", "clock", "due"]

"""Web, worker and broker killed (-9) again and again while messages are owed, and the account drawn up afterwards."""

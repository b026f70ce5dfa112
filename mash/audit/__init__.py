"""Who did and saw what: append-only for the application's database role."""

"""Settings: `base` and three thin ones on top of it."""

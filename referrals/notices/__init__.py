"""A file of notices, one child in each row: read safely, checked row by row, and put together family by family."""

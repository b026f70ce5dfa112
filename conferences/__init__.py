"""Child protection conferences, their outcomes in writing and the letters. Built by a later issue; nothing yet."""

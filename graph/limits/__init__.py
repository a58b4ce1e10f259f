"""What an operation may ask for, found out before any of it runs."""

"""The directory: customers, their accounts and the index of known invoices. The only room that knows SQL."""

"""Five vendors, emulated on real sockets over one set of books, from the vendors' own documents.

Nothing here imports the gateway, and nothing there imports this: a misreading shared by both could not be seen.
"""

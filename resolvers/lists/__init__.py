"""One account's list within one operation: four ways of reading, chosen by what the source can do.

    whole      the source hands out everything at once
    numbered   it hands out pages of its own size, newest first
    window     any offset and limit, fields chosen: ids and sort keys first, bodies of one page later
    indexed    it cannot list: our index knows the ids and dates, bodies come by id

What was read is kept for the operation, so that no page is read twice.
"""

"""The compiled executor: what is selected of plain objects is written as JSON text by a function made for it."""

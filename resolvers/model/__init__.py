"""The canonical model: what an invoice is, whoever tells of it. Imports nothing of ours above it."""

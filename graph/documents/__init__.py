"""The texts of operations: those that were asked before, those that clients name by a hash, those that are trusted."""

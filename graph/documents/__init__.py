"""The texts of operations that are trusted: those of a folder, of Apollo's manifest or of Relay's."""

"""What an operation would call, found out by running it over stand-ins that call nobody and write nothing."""

from resolvers.rehearsal.directory import MadeUpDirectory
from resolvers.rehearsal.gateway import rehearsal_of

__all__ = ["MadeUpDirectory", "rehearsal_of"]

"""Which text an operation request means: the one it sends, or one that the gateway knows."""

import re
from collections.abc import Mapping
from typing import Protocol

from graphql import GraphQLError

from graph.documents.trusted_documents import document_id
from graph.http.operation_request import MalformedRequest, OperationRequest
from resolvers.model.errors import ErrorCode

_LARGEST_BYTES = 20_000
"""Ten for each token that a document may have by default: a longer one is mostly blanks, commas or comments."""
_SHA_256 = re.compile("[0-9a-f]{64}")
_VERSION = 1
_MISSING = "There is no query. Send its text, or the id of a document."


class DocumentTexts(Protocol):
    """Finds the text of what is to run."""

    async def text_of(self, asked: OperationRequest) -> str:
        """The document's text. Raises MalformedRequest, and GraphQLError with the code for the client."""

    async def ran(self, asked: OperationRequest, text: str) -> None:
        """Told of a document that was valid."""


class TextStore(Protocol):
    """Keeps texts for a while, shared by the replicas; one that fails is an empty one."""

    async def get(self, key: str) -> str | None:
        """The text that was put under the key, as long as it is kept."""

    async def put(self, key: str, text: str) -> None:
        """Keeps the text."""


class NoStore:
    """Keeps nothing."""

    async def get(self, key: str) -> str | None:
        """None."""

    async def put(self, key: str, text: str) -> None:
        """Does nothing."""


class PersistedQueries:
    """Automatic persisted queries, as Apollo's clients speak them: any text, or the SHA-256 of one sent before.

    What is kept was valid, is at most 20,000 bytes long, and is what its hash says, whoever else writes to the store.
    """

    def __init__(self, store: TextStore) -> None:
        self._store = store

    async def text_of(self, asked: OperationRequest) -> str:
        """The text sent, or the one kept under its hash."""
        apollo = asked.persisted_query()
        if apollo is not None and apollo.version != _VERSION:
            raise _error("PersistedQueryNotSupported", ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED)
        if asked.query:
            if apollo is not None and document_id(asked.query) != apollo.sha256_hash:
                raise MalformedRequest("extensions.persistedQuery.sha256Hash is not the SHA-256 of query.")
            return asked.query
        document = asked.document()
        if not document:
            raise MalformedRequest(_MISSING)
        text = await self._store.get(document) if _SHA_256.fullmatch(document) else None
        if text is None or document_id(text) != document:
            raise _error("PersistedQueryNotFound", ErrorCode.PERSISTED_QUERY_NOT_FOUND)
        return text

    async def ran(self, asked: OperationRequest, text: str) -> None:
        """Keeps the text if it came with its hash."""
        apollo = asked.persisted_query()
        if apollo is not None and asked.query and len(text.encode()) <= _LARGEST_BYTES:
            await self._store.put(apollo.sha256_hash, text)


class TrustedDocuments:
    """The documents that an app was built with, and nothing else: by their ids, their hashes, or their full texts."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        hashed = {document_id(text): text for text in documents.values()}
        self._texts = hashed | {key.removeprefix("sha256:"): text for key, text in documents.items()}
        self._all = frozenset(documents.values())

    async def text_of(self, asked: OperationRequest) -> str:
        """The text of the trusted document."""
        text: str | None
        if asked.query:
            text = asked.query if asked.query.strip() in self._all else None
        elif document := asked.document():
            text = self._texts.get(document)
        else:
            raise MalformedRequest(_MISSING)
        if text is None:
            raise _error(
                "Only trusted documents run here, and this is none. Add it to graph.trusted_documents.",
                ErrorCode.DOCUMENT_NOT_TRUSTED,
            )
        return text

    async def ran(self, asked: OperationRequest, text: str) -> None:
        """Nothing is learned from clients."""


def _error(message: str, code: ErrorCode) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})

"""What a client sends: the parameters of GraphQL over HTTP, from a body or a query string, exactly typed."""

from typing import Any, TypedDict
from urllib.parse import parse_qsl

import msgspec

_BATCH = "Operations come one a request: send an object, not an array."
_MOST_PARAMETERS = 20
_FROM_JSON = ("variables", "extensions")
_PREFIX = "sha256:"
_SMALL_BYTES = 128_000
"""Of a body that is no larger, JSON cannot make more than of the largest one that may be."""


class TooManyValues(Exception):
    """The body holds more values than the variables of any operation may have."""


class MalformedRequest(Exception):
    """The parameters cannot be read; the message says where and what would do."""


class PersistedQuery(msgspec.Struct, frozen=True):
    """Apollo's `extensions.persistedQuery`."""

    said: str = msgspec.field(name="sha256Hash")
    version: int = 1

    @property
    def sha256_hash(self) -> str:
        """Without the prefix that GraphQL Code Generator's hashes have."""
        return self.said.removeprefix(_PREFIX)


class Extensions(msgspec.Struct, frozen=True):
    """Those of the request's extensions that the endpoint itself reads."""

    persisted_query: PersistedQuery | None = msgspec.field(default=None, name="persistedQuery")


class KnownExtensions(TypedDict, total=False):
    """Those of a request's extensions that anybody reads; the decoder makes nothing of the others."""

    persistedQuery: Any  # as Apollo calls it
    explain: Any


class OperationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters; an empty text is none.

    A document's id comes as the specification writes it (`documentId`), as Relay's clients do (`doc_id`, `id`), or as
    Apollo's (`extensions.persistedQuery.sha256Hash`).
    """

    query: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = msgspec.field(default=None, name="operationName")
    extensions: KnownExtensions | None = None
    document_id: str | None = msgspec.field(default=None, name="documentId")
    doc_id: str | None = None
    id: str | None = None

    def persisted_query(self) -> PersistedQuery | None:
        """What Apollo's clients say of the document. Raises MalformedRequest."""
        if not self.extensions or "persistedQuery" not in self.extensions:
            return None
        try:
            return msgspec.convert(self.extensions, Extensions).persisted_query
        except msgspec.ValidationError as error:
            raise MalformedRequest(f"extensions: {error}.") from error

    def document(self) -> str | None:
        """The document's id without its prefix `sha256:`, whoever's parameter it came in. Raises MalformedRequest."""
        if said := self.document_id or self.doc_id or self.id:
            return said.removeprefix(_PREFIX)
        apollo = self.persisted_query()
        return apollo.sha256_hash if apollo else None


_DECODER = msgspec.json.Decoder(OperationRequest)
_PARAMETERS = {field.encode_name for field in msgspec.structs.fields(OperationRequest)}


def request_of_body(body: bytes, most_values: int) -> OperationRequest:
    """The parameters of a POST, with so many values in it. Raises MalformedRequest or TooManyValues.

    Of 1 MB in JSON the decoder can make 40 MB. The values are told by their signs, of which texts may have as many.
    """
    if len(body) > _SMALL_BYTES and sum(map(body.count, (b",", b"[", b"{"))) > 2 * most_values:
        raise TooManyValues
    if body.lstrip()[:1] == b"[":
        raise MalformedRequest(_BATCH)
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError as error:
        raise MalformedRequest(f"The body is no GraphQL request: {error}.") from error
    except msgspec.DecodeError as error:
        raise MalformedRequest("The body is not JSON. Send an object with query and variables.") from error
    except UnicodeDecodeError as error:
        raise MalformedRequest("The body is not UTF-8.") from error
    except RecursionError as error:
        raise MalformedRequest("The body is nested too deeply.") from error


def request_of_query_string(query_string: bytes) -> OperationRequest:
    """The parameters of a GET; those that are none of GraphQL's are left alone. Raises MalformedRequest."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise MalformedRequest("The query string is not percent-encoded UTF-8.") from error
    except ValueError as error:
        raise MalformedRequest(f"The query string has more than {_MOST_PARAMETERS} parameters.") from error
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given:
            raise MalformedRequest(f"{name} is given twice.")
        if name in _PARAMETERS and value:
            given[name] = _from_json(name, value) if name in _FROM_JSON else value
    return _converted(given)


def _from_json(name: str, text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise MalformedRequest(f"{name} is not JSON. Write it as a JSON object, percent-encoded.") from error


def _converted(given: dict[str, Any]) -> OperationRequest:
    try:
        return msgspec.convert(given, OperationRequest)
    except msgspec.ValidationError as error:
        raise MalformedRequest(f"The query string is no GraphQL request: {error}.") from error

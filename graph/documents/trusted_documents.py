"""Trusted documents: the operations that an app was built with, from a folder or a manifest."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

from graph.documents.shared_fragments import joined

_SUFFIXES = (".graphql", ".gql")
_FORMS = "Write a folder of .graphql files, Apollo's persisted-query-manifest, or Relay's object of ids and texts."


class TrustedDocumentsError(Exception):
    """The documents cannot be read; the message names the file and the remedy."""


class _ApolloOperation(msgspec.Struct, frozen=True):
    id: str
    body: str


class _ApolloManifest(msgspec.Struct, frozen=True):
    """https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format."""

    format: Literal["apollo-persisted-query-manifest"]
    version: Literal[1]
    operations: list[_ApolloOperation]


_Manifest = dict[str, msgspec.Raw]


def read_trusted_documents(path: Path) -> Mapping[str, str]:
    """The documents by id, in the order of their files or manifest; never empty.

    A manifest gives its own ids; a document from a folder goes by the `document_id` of its text as `documents_in` gives
    it. Raises TrustedDocumentsError.
    """
    if path.is_dir():
        documents = _documents(path, ((document_id(text), text) for _, text in documents_in(path)))
    else:
        documents = _documents(path, _pairs(path))
    if not documents:
        raise TrustedDocumentsError(f"{path} holds no document. {_FORMS}")
    return documents


def document_id(text: str) -> str:
    """The id of a document that has no other: the SHA-256 of its text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def documents_in(folder: Path) -> Iterable[tuple[Path, str]]:
    """The files of a folder that hold operations, each with its text, without the white space around it.

    Behind the text stand the fragments that it takes from other files. Raises TrustedDocumentsError.
    """
    files = sorted(found for found in folder.rglob("*") if found.suffix in _SUFFIXES and found.is_file())
    texts = {file: _text(file).strip() for file in files}
    for file, text in texts.items():
        if not text:
            raise TrustedDocumentsError(f"{file} is empty. Write an operation into it, or remove it.")
    return joined(texts)


def _pairs(manifest: Path) -> Iterable[tuple[str, str]]:
    content = _text(manifest).encode()
    try:
        if "operations" in msgspec.json.decode(content, type=_Manifest):
            apollo = msgspec.json.decode(content, type=_ApolloManifest)
            return [(operation.id, operation.body.strip()) for operation in apollo.operations]
        relay = msgspec.json.decode(content, type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise TrustedDocumentsError(f"{manifest} is no manifest: {error}. {_FORMS}") from error
    return [(key, text.strip()) for key, text in relay.items()]


def _documents(path: Path, pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    documents: dict[str, str] = {}
    for key, text in pairs:
        if not key or not text:
            raise TrustedDocumentsError(f"{path} has a document without id or text. Make the manifest anew.")
        if documents.setdefault(key, text) != text:
            raise TrustedDocumentsError(f"{path} gives the id {key!r} to two documents. Make the manifest anew.")
    return MappingProxyType(documents)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise TrustedDocumentsError(f"{file} cannot be read: {error.strerror}. {_FORMS}") from error
    except UnicodeDecodeError as error:
        raise TrustedDocumentsError(f"{file} is not UTF-8. Save it as such.") from error

"""Types of single values: what a host, an address or a key looks like, and what to write instead."""

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError

from resolvers.customers.database_url import UnusableUrl, read_url
from service.settings.cache_url import FILES, mistake_in
from service.settings.folder import cache_below, database_below, folder_of

_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_PORTS = {"http": 80, "https": 443}
_SECRET_KEY_CHARACTERS = 32
_MAKE_A_KEY = (
    f"Use {_SECRET_KEY_CHARACTERS} random ones or more, as from "
    'python -c "import secrets; print(secrets.token_urlsafe(48))".'
)
_TYPE_PREFIX = re.compile(r"[A-Z][A-Za-z0-9]{0,39}")


def refused(sentences: str) -> PydanticCustomError:
    """A mistake in words of our own: what is wrong, then the remedy."""
    return PydanticCustomError("refused", "{sentences}", {"sentences": sentences})


def _host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if _HOST_NAME.fullmatch(text):
            return text
    raise refused('is neither a name nor an IP address. Write one without scheme and port, such as "127.0.0.1".')


def _http_address(text: str) -> str:
    if not _is_http_address(text):
        raise refused('is not an address. Write http or https, host and port, such as "https://invoices.example".')
    return text.rstrip("/")


def _origin(text: str) -> str:
    """The origin as browsers write it, letter by letter: small, and without the scheme's own port."""
    if text == "*":
        return text
    if not _is_http_address(text) or urlsplit(text).path:
        raise refused('is not an origin. Write scheme, host and port without a path, such as "https://shop.example".')
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc.lower()}".removesuffix(f":{_PORTS[parts.scheme]}")


def _is_http_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password) and " " not in text
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and plain


def _trusted_host(text: str) -> str:
    if text != "*" and not _HOST_NAME.fullmatch(text.removeprefix("*.")) and not _is_bracketed(text):
        raise refused('is not a host. Write a name without scheme and port; "*.example.com" stands for all below it.')
    return text


def _is_bracketed(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _metrics_token(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text.strip() and (text != text.strip() or not text.isascii() or not text.isprintable()):
        raise refused(f"has blanks around it or more than ASCII, which no header brings whole. {_MAKE_A_KEY}")
    return _secret_key(secret) if text else secret


def _letter_by_letter(text: str) -> str:
    if text != text.strip():
        raise refused("begins or ends with a blank, and would fit no token. Take it out.")
    return text


def _secret_key(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().strip()
    if not text:
        raise refused(f"is blank. {_MAKE_A_KEY}")
    if len(text) < _SECRET_KEY_CHARACTERS:
        raise refused(f"has {len(text)} characters. {_MAKE_A_KEY}")
    return secret


def _newest_first(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if not keys:
        raise refused(f"has no key. {_MAKE_A_KEY}")
    return keys


def _type_prefix(text: str) -> str:
    if text and not _TYPE_PREFIX.fullmatch(text):
        raise refused('cannot begin a type\'s name. Write a capital, then letters and digits, such as "Invoicing".')
    return text


def _time_zone(given: object) -> object:
    if isinstance(given, str):
        try:
            return ZoneInfo(given)
        except (KeyError, ValueError, OSError):  # unknown, malformed, a folder
            raise refused('is no time zone. Write an IANA name such as "Europe/Amsterdam".') from None
    return given


def _path(text: str, info: ValidationInfo) -> str:
    return text and str(folder_of(info) / text)


def _directory_url(url: SecretStr, info: ValidationInfo) -> SecretStr:
    text = url.get_secret_value()
    try:
        read_url(text)
    except UnusableUrl as error:
        raise refused(str(error)) from None
    return SecretStr(database_below(folder_of(info), text))


def _cache_url(url: SecretStr, info: ValidationInfo) -> SecretStr:
    folder, text = folder_of(info), url.get_secret_value()
    if mistake := mistake_in(text, folder):
        raise refused(mistake)
    return SecretStr(cache_below(folder, text, FILES))


Host = Annotated[str, AfterValidator(_host)]
HttpAddress = Annotated[str, AfterValidator(_http_address)]
Origin = Annotated[str, AfterValidator(_origin)]
TrustedHost = Annotated[str, AfterValidator(_trusted_host)]
SecretKeys = Annotated[tuple[Annotated[SecretStr, AfterValidator(_secret_key)], ...], AfterValidator(_newest_first)]
MetricsToken = Annotated[SecretStr, AfterValidator(_metrics_token)]
TokenText = Annotated[str, AfterValidator(_letter_by_letter)]
ClaimName = Annotated[str, Field(min_length=1), AfterValidator(_letter_by_letter)]
TypePrefix = Annotated[str, AfterValidator(_type_prefix)]
TimeZone = Annotated[ZoneInfo, BeforeValidator(_time_zone)]
FilePath = Annotated[str, AfterValidator(_path)]
DirectoryUrl = Annotated[SecretStr, AfterValidator(_directory_url)]
CacheUrl = Annotated[SecretStr, AfterValidator(_cache_url)]

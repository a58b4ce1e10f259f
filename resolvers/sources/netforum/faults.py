"""netFORUM's faults: what each kind means, and how many of them a day bears.

The vendor counts faults, not calls, and shuts the account when there were too many (`MethodsFaultLimitPerDay`, 100).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import Enum

from resolvers.model.errors import CircuitOpen, SourceAuthFailed, SourceRejected
from resolvers.sources.netforum.keys import GUID

_LONGEST_DETAIL = 300
_DECLINED_FOR = timedelta(minutes=5)
_ABOUT_TOKEN = re.compile(r"\btoken\b", re.IGNORECASE)


class FaultKind(Enum):
    """What is to be done about a fault."""

    TOKEN = "token"  # noqa: S105  # a kind of fault
    """The token is not, or no longer, good."""
    LOCKED = "locked"
    """A bare `Locked`: said of an unknown token and of a locked account alike."""
    CREDENTIALS = "credentials"
    """Name and password are wrong, or locked out."""
    OTHER = "other"
    """The request itself was declined."""


REFUSED_TOKEN = "InvalidToken"  # noqa: S105  # what a detail's name begins with
"""How the vendor names the exception behind a token that is not good."""


class Fault(Exception):
    """The service's no, whichever protocol told it. All of it is upstream text, for the log alone.

    `code` and `string` are empty where they were not said (a bare `Locked` has no code); `detail_kind` and
    `detail_message` are the name and the text of the exception behind it. `token` is for the next call, if one came.
    `is_counted` tells whether the vendor counts it.
    """

    def __init__(
        self,
        code: str,
        string: str,
        detail_kind: str = "",
        detail_message: str = "",
        *,
        token: str | None = None,
        is_counted: bool = True,
    ) -> None:
        super().__init__(f"fault {code or 'without a code'}")
        self.code = code
        self.string = string
        self.detail_kind = detail_kind
        self.detail_message = detail_message
        self.token = token
        self.is_counted = is_counted


def kind_of(fault: Fault) -> FaultKind:
    """The kind of a fault, by its text or by its detail's name: the vendor's methods are not of one mind."""
    text = f"{fault.string}\n{fault.detail_message}".lower()
    if any(words in text for words in ("credentials locked out", "invalid credentials", "unable to login")):
        return FaultKind.CREDENTIALS
    if fault.string.strip().lower() == "locked":
        return FaultKind.LOCKED
    if fault.detail_kind.startswith(("InvalidCredentials", "LockedCredentials")):
        return FaultKind.CREDENTIALS
    if fault.detail_kind.startswith(REFUSED_TOKEN) or "invalid token value" in text:
        return FaultKind.TOKEN
    return FaultKind.OTHER


def may_be_cured_by_login(fault: Fault) -> bool:
    """Whether it is worth a login to ask again.

    No capture shows in which words a token has expired, so whatever speaks of one may be about it, in its first line:
    the trace behind that names methods with tokens for arguments.
    """
    first_lines = (fault.string.partition("\n")[0], fault.detail_message.partition("\n")[0])
    speaks_of_token = "token" in fault.detail_kind.lower() or any(map(_ABOUT_TOKEN.search, first_lines))
    return speaks_of_token or kind_of(fault) in (FaultKind.TOKEN, FaultKind.LOCKED)


def described(fault: Fault, password: str) -> str:
    """The fault in one line for the log: without the vendor's stack trace, the password, and GUIDs, for tokens are."""
    first_line = (fault.detail_message or fault.string).partition("\n")[0].strip().replace(password, "***")
    return f"fault {fault.code or '-'} {fault.detail_kind or '-'}: {GUID.sub('***', first_line)}"[:_LONGEST_DETAIL]


class FaultBudget:
    """Says no before the vendor's own count runs out, and to a request that caused a fault twice in a row.

    Days are UTC's. Requests are named by whatever tells one from another, or one kind of them from others. Those that
    are `aside` may cause half of the day's faults, for they come by the hundred: where a tenant grants none of them,
    the others are still made.
    """

    def __init__(self, source: str, faults_per_day: int, pause: timedelta, clock: Callable[[], datetime]) -> None:
        self._source = source
        self._faults_per_day = faults_per_day
        self._pause = pause
        self._clock = clock
        self._day = date.min
        self._faults = self._faults_aside = 0
        self._spent_at: datetime | None = None
        self._declined: dict[str, list[datetime]] = {}  # never more than a day's faults
        self._shut_until: datetime | None = None

    def check(self, *requests: str, is_aside: bool = False) -> None:
        """Raises CircuitOpen when the day's faults are spent, SourceAuthFailed while logins pause, SourceRejected."""
        now = self._begin_day()
        if self._faults >= self._faults_per_day:
            spent = f"{self._faults} faults today, no more calls until tomorrow (UTC)"
            raise CircuitOpen(self._source, spent, is_retryable=False)
        if is_aside and self._faults_aside >= (self._faults_per_day + 1) // 2:
            spent = f"{self._faults_aside} faults of look-ups by key today, no more of them until tomorrow (UTC)"
            raise CircuitOpen(self._source, spent, is_retryable=False)
        if self._shut_until is not None and now < self._shut_until:
            raise SourceAuthFailed(self._source, "refused lately, nothing is sent until the pause ends")
        for request in requests:
            declined = self._declined.get(request, [])
            if len(declined) > 1 and now < declined[-1] + _DECLINED_FOR:
                raise SourceRejected(self._source, "the same request caused faults lately")

    def count(self, *, is_aside: bool = False) -> None:
        """Notes a fault."""
        now = self._begin_day()
        self._faults += 1
        self._faults_aside += is_aside
        if self._faults == self._faults_per_day:
            self._spent_at = now

    def spent_since(self) -> datetime | None:
        """Since when nothing is sent for the day's faults are spent; None while calls are made."""
        self._begin_day()
        return self._spent_at

    def declined(self, request: str) -> None:
        """Notes a fault that was about the request itself."""
        self._declined.setdefault(request, []).append(self._begin_day())

    def answered(self, *requests: str) -> None:
        """Forgets what was noted against requests."""
        for request in requests:
            self._declined.pop(request, None)

    def shut(self) -> None:
        """Lets nothing through for a while: some 25 refused logins lock the account."""
        self._shut_until = self._clock() + self._pause

    def _begin_day(self) -> datetime:
        now = self._clock()
        if now.date() != self._day:
            self._day, self._faults, self._faults_aside, self._spent_at = now.date(), 0, 0, None
            self._declined.clear()
        return now

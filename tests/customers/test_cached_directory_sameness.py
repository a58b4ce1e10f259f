"""The cached directory says what the plain one would have said, whatever is written in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from resolvers.customers.cached_directory import CachedDirectory
from resolvers.model.identity import AccountRef
from tests.customers.counting import CountingDirectory

SECONDS = 5.0
KEYS = ("1", "2")

keys = st.lists(st.sampled_from((*KEYS, "unknown")), min_size=1, max_size=3)


@dataclass(frozen=True)
class Read:
    """A question; its answer takes so many turns of the loop, and the next step comes so many turns later."""

    question: str
    keys: list[str]
    turns: int
    head_start: int


@dataclass(frozen=True)
class Write:
    """Gives the key's customer another name, and its account another owner. Not everybody who writes says so."""

    key: str
    owner: str
    is_told: bool


@dataclass(frozen=True)
class Pass:
    """Lets time pass."""

    seconds: float


reads = st.builds(Read, st.sampled_from(["customers", "accounts"]), keys, st.integers(0, 4), st.integers(0, 8))
told = st.builds(Write, st.sampled_from(KEYS), st.sampled_from(KEYS), st.just(True))
untold = st.builds(Write, st.sampled_from(KEYS), st.sampled_from(KEYS), st.just(False))
passes = st.builds(Pass, st.floats(0.0, SECONDS))
Step = Read | Write | Pass
State = dict[tuple[str, str], object]


class History:
    """The directory's states with the moments from which they held, and what every key means in each."""

    def __init__(self, most: int) -> None:
        self.seconds = 0.0
        self.below = CountingDirectory()
        self.below.write(names=dict.fromkeys(KEYS, "0"), owners={key: key for key in KEYS})
        self.cached = CachedDirectory(
            self.below, lambda: self.below.revision, seconds=SECONDS, most=most, clock=lambda: self.seconds
        )
        self.states: list[tuple[float, State]] = [(0.0, self.state())]

    def state(self) -> State:
        """What is known of each key; lists of keys stand for accounts."""
        owners = self.below.owners
        customers: State = {
            ("customers", key): (name, sorted(number for number, owner in owners.items() if owner == key))
            for key, name in self.below.names.items()
        }
        accounts: State = {("accounts", key): owner for key, owner in owners.items()}
        return customers | accounts

    def write(self, write: Write) -> None:
        names, owners = {write.key: str(len(self.states))}, {write.key: write.owner}
        if write.is_told:
            self.below.write(names=names, owners=owners)
        else:
            self.below.names |= names
            self.below.owners |= owners
        self.states.append((self.seconds, self.state()))

    async def ask(self, read: Read) -> State:
        self.below.turns = read.turns
        if read.question == "customers":
            found = await self.cached.customers(read.keys)
            return {
                ("customers", id_): (known.customer.name, [account.key for account in known.accounts])
                for id_, known in found.items()
            }
        accounts = await self.cached.accounts([AccountRef("shop", key) for key in read.keys])
        return {("accounts", ref.account_key): account.customer_id for ref, account in accounts.items()}

    async def judge(self, read: Read, oldest: int, since: float) -> None:
        """The answer is, key by key, what was so at some moment since: then, by number of states or by time."""
        answer = await self.ask(read)
        meanwhile = [
            state
            for number, (_, state) in enumerate(self.states)
            if number >= oldest or (number + 1 < len(self.states) and self.states[number + 1][0] > since)
        ]
        for key in read.keys:
            said = answer.get((read.question, key))
            assert said in [state.get((read.question, key)) for state in meanwhile]


async def play(steps: Iterable[Step], most: int, *, bound: float) -> None:
    """Plays the steps: each answer must have held while it was asked for, or at most `bound` seconds before."""
    history = History(most)
    under_way: list[asyncio.Task[None]] = []
    for step in steps:
        if isinstance(step, Write):
            history.write(step)
        elif isinstance(step, Pass):
            history.seconds += step.seconds
        else:
            since = history.seconds - bound
            judging = asyncio.create_task(history.judge(step, len(history.states) - 1, since))
            under_way.append(judging)
            for _ in range(step.head_start):
                await asyncio.sleep(0)
    await asyncio.gather(*under_way)


@given(
    steps=st.lists(st.one_of(reads, reads, told, passes), min_size=10, max_size=40), most=st.sampled_from([1, 3, 100])
)
def test_where_writes_are_told_every_answer_held_while_it_was_asked_for(steps: list[Step], most: int) -> None:
    asyncio.run(play(steps, most, bound=0.0))


@given(
    steps=st.lists(st.one_of(reads, reads, told, untold, passes), min_size=10, max_size=40),
    most=st.sampled_from([1, 3, 100]),
)
def test_where_writes_are_not_told_every_answer_held_within_the_seconds_before(steps: list[Step], most: int) -> None:
    asyncio.run(play(steps, most, bound=SECONDS))

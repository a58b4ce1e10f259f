"""What the cached directory asks of the one below, and when it asks again."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Sequence

import pytest

from resolvers.access import EVERYONE_IS_STAFF
from resolvers.customers.cached_directory import CachedDirectory
from resolvers.gateway import Gateway
from resolvers.keys import KeyRing
from resolvers.model.customer import Customer
from resolvers.model.directory import CustomerAccounts, Directory
from resolvers.model.identity import AccountRef
from resolvers.model.operation import Operation
from tests.customers.counting import CountingDirectory, account

SECONDS = 5.0
KEYS = KeyRing(["a key of the tests alone"])
ADA = CustomerAccounts(Customer(id="C-1", name="Ada"), (account("1", "C-1"), account("2", "C-1")))
BRAM = CustomerAccounts(Customer(id="C-2", name="Bram"), (account("3", "C-2"),))
REF = AccountRef("shop", "1")


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def below() -> CountingDirectory:
    directory = CountingDirectory()
    directory.write(names={"C-1": "Ada", "C-2": "Bram"}, owners={"1": "C-1", "2": "C-1", "3": "C-2"})
    return directory


@pytest.fixture
def cached(below: CountingDirectory, clock: Clock) -> CachedDirectory:
    return cache(below, clock)


def named(name: str) -> CustomerAccounts:
    """The first customer under another name."""
    return CustomerAccounts(Customer(id="C-1", name=name), ADA.accounts)


def cache(below: CountingDirectory, clock: Clock, most: int = 100) -> CachedDirectory:
    return CachedDirectory(below, lambda: below.revision, seconds=SECONDS, most=most, clock=clock)


async def test_what_was_asked_a_moment_ago_is_not_asked_again(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    for _ in range(3):
        assert await cached.customers(["C-1"]) == {"C-1": ADA}
        assert await cached.accounts([REF]) == {REF: account("1", "C-1")}

    assert below.asked == [("customers", ["C-1"]), ("accounts", ["1"])]


async def test_that_a_key_is_unknown_is_not_asked_again_either(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    for _ in range(3):
        assert await cached.customers(["nobody"]) == {}
        assert await cached.accounts([AccountRef("shop", "none")]) == {}

    assert below.asked == [("customers", ["nobody"]), ("accounts", ["none"])]


async def test_only_what_is_missing_is_asked_in_one_question(cached: CachedDirectory, below: CountingDirectory) -> None:
    await cached.customers(["C-1"])

    found = await cached.customers(["C-1", "C-2", "nobody", "C-2"])

    assert found == {"C-1": ADA, "C-2": BRAM}
    assert below.asked == [("customers", ["C-1"]), ("customers", ["C-2", "nobody"])]


async def test_what_is_kept_is_at_hand_until_it_is_too_old_or_somebody_writes(
    cached: CachedDirectory, below: CountingDirectory, clock: Clock
) -> None:
    await cached.customers(["C-1", "nobody"])

    assert [cached.customer_at_hand(id_) for id_ in ("C-1", "C-2", "nobody")] == [ADA, None, None]
    clock.seconds += SECONDS
    assert cached.customer_at_hand("C-1") is None

    await cached.customers(["C-1"])
    assert cached.customer_at_hand("C-1") == ADA
    below.write(names={"C-1": "Ada Müller"})
    assert cached.customer_at_hand("C-1") is None


async def test_nothing_is_at_hand_where_nobody_would_tell_of_a_write(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    await cached.customers(["C-1"])
    below.revision = None

    assert cached.customer_at_hand("C-1") is None


async def test_an_operation_has_whom_it_finds_at_hand_without_a_batch(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    await cached.customers(["C-1"])
    session = Gateway({}, cached, KEYS).session(EVERYONE_IS_STAFF, Operation(time.monotonic() + 60))
    known, unknown = (asyncio.ensure_future(session.customer(id_)) for id_ in ("C-1", "C-2"))
    await asyncio.sleep(0)

    assert known.done()
    assert not unknown.done()
    assert (await known, await unknown) == (ADA, BRAM)
    assert below.asked == [("customers", ["C-1"]), ("customers", ["C-2"])]


async def test_a_customer_and_an_account_at_hand_come_in_one_tick_so_that_their_invoices_are_one_batch(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    await cached.customers(["C-1"])
    await cached.accounts([REF])
    session = Gateway({}, cached, KEYS).session(EVERYONE_IS_STAFF, Operation(time.monotonic() + 60))

    account = asyncio.ensure_future(session.account_by_ref.load(REF))
    customer = asyncio.ensure_future(session.customer("C-1"))
    await asyncio.sleep(0)

    assert account.done()
    assert customer.done()
    assert [name for name, _ in below.asked] == ["customers", "accounts"]


async def test_an_operation_goes_on_with_the_customer_it_has_while_somebody_writes(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    await cached.customers(["C-1"])
    gateway = Gateway({}, cached, KEYS)
    session = gateway.session(EVERYONE_IS_STAFF, Operation(time.monotonic() + 60))
    assert await session.customer("C-1") == ADA

    below.write(names={"C-1": "Ada Müller"})

    assert await session.customer("C-1") == ADA
    later = await gateway.session(EVERYONE_IS_STAFF, Operation(time.monotonic() + 60)).customer("C-1")
    assert later is not None
    assert later.customer.name == "Ada Müller"


async def test_no_key_is_no_question(cached: CachedDirectory, below: CountingDirectory) -> None:
    assert await cached.customers([]) == {}
    below.revision = None
    assert await cached.customers([]) == {}

    assert below.asked == []


async def test_what_is_written_is_seen_by_the_next_question(cached: CachedDirectory, below: CountingDirectory) -> None:
    await cached.customers(["C-1", "C-2", "C-3"])
    await cached.accounts([REF])

    below.write(names={"C-1": "Ada Müller", "C-3": "Cees"}, owners={"1": "C-2"})

    found = await cached.customers(["C-1", "C-2", "C-3"])
    assert {id_: known.customer.name for id_, known in found.items()} == {
        "C-1": "Ada Müller",
        "C-2": "Bram",
        "C-3": "Cees",
    }
    assert found["C-1"].accounts == (account("2", "C-1"),)
    assert found["C-2"].accounts == (account("1", "C-2"), account("3", "C-2"))
    assert (await cached.accounts([REF]))[REF].customer_id == "C-2"


async def test_what_nobody_tells_of_is_seen_when_the_seconds_are_over(
    cached: CachedDirectory, below: CountingDirectory, clock: Clock
) -> None:
    await cached.customers(["C-1"])
    below.names["C-1"] = "Ada Müller"

    clock.seconds += SECONDS - 0.001
    assert await cached.customers(["C-1"]) == {"C-1": ADA}
    clock.seconds += 0.001
    assert await cached.customers(["C-1"]) == {"C-1": named("Ada Müller")}


async def test_the_seconds_count_from_the_question_not_from_the_answer(
    cached: CachedDirectory, below: CountingDirectory, clock: Clock
) -> None:
    below.turns = 5
    asking = asyncio.create_task(cached.customers(["C-1"]))
    await asyncio.sleep(0)
    clock.seconds += SECONDS - 1
    await asking

    clock.seconds += 1
    await cached.customers(["C-1"])

    assert len(below.asked) == 2


async def test_an_answer_that_took_long_is_not_good_for_longer_than_one_that_overtook_it(
    cached: CachedDirectory, below: CountingDirectory, clock: Clock
) -> None:
    below.turns = 5
    slow = asyncio.create_task(cached.customers(["C-1"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    below.turns = 0
    clock.seconds += SECONDS - 1
    await cached.customers(["C-2"])
    await slow

    clock.seconds += 1
    await cached.customers(["C-1", "C-2"])

    assert [ids for _, ids in below.asked] == [["C-1"], ["C-2"], ["C-1"]]
    assert cached._customers.weight == 3


async def test_who_asks_when_the_seconds_are_over_does_not_wait_for_an_older_answer(
    cached: CachedDirectory, below: CountingDirectory, clock: Clock
) -> None:
    below.turns = 5
    slow = asyncio.create_task(cached.customers(["C-1"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    below.names["C-1"] = "Cora"
    clock.seconds += SECONDS

    late = await cached.customers(["C-1"])

    assert (await slow, late) == ({"C-1": ADA}, {"C-1": named("Cora")})


async def test_while_nobody_would_tell_of_a_write_every_question_is_asked(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    await cached.customers(["C-1"])
    below.revision = None

    await asyncio.gather(*(cached.customers(["C-1"]) for _ in range(3)))

    assert len(below.asked) == 4


async def test_those_who_ask_at_once_share_one_question_key_by_key(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    below.turns = 3

    answers = await asyncio.gather(*map(cached.customers, (["C-1"], ["C-1"], ["C-2", "C-1"], ["C-2"])))

    assert answers == [{"C-1": ADA}, {"C-1": ADA}, {"C-1": ADA, "C-2": BRAM}, {"C-2": BRAM}]
    assert below.asked == [("customers", ["C-1"]), ("customers", ["C-2"])]


async def test_who_asks_after_a_write_does_not_share_an_answer_from_before_it(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    below.turns = 5
    before = asyncio.create_task(cached.customers(["C-1"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    below.write(names={"C-1": "Ada Müller"})

    after = await cached.customers(["C-1"])

    assert (await before)["C-1"].customer.name == "Ada"
    assert after["C-1"].customer.name == "Ada Müller"
    assert await cached.customers(["C-1"]) == after


async def test_an_answer_that_a_write_overtook_is_not_kept(cached: CachedDirectory, below: CountingDirectory) -> None:
    below.turns = 5
    asking = asyncio.create_task(cached.customers(["C-1"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    below.write(names={"C-1": "Ada Müller"})
    await asking

    assert (await cached.customers(["C-1"]))["C-1"].customer.name == "Ada Müller"


async def test_one_who_hangs_up_takes_the_answer_from_nobody(cached: CachedDirectory, below: CountingDirectory) -> None:
    below.turns = 5
    first, second = (asyncio.create_task(cached.customers(["C-1"])) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()

    assert await second == {"C-1": ADA}
    assert len(below.asked) == 1


class Failing(CountingDirectory):
    """Fails as long as it is told to."""

    fails = True

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        found = await super().customers(ids)
        if self.fails:
            raise OSError("the database is gone")
        return found


async def test_a_failure_goes_to_all_who_wait_for_it_and_is_not_kept(clock: Clock) -> None:
    below = Failing()
    cached = cache(below, clock)

    failures = await asyncio.gather(*(cached.customers(["C-1"]) for _ in range(2)), return_exceptions=True)
    below.fails = False

    assert [type(failure) for failure in failures] == [OSError, OSError]
    assert await cached.customers(["C-1"]) == {}
    assert len(below.asked) == 2


async def test_a_failure_that_nobody_waits_for_any_more_is_no_noise(clock: Clock) -> None:
    noise: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    below = Failing()
    below.turns = 3
    cached = cache(below, clock)

    await asyncio.gather(cached.customers(["C-1"]), cached.customers(["C-1", "C-2"]), return_exceptions=True)
    for _ in range(10):
        await asyncio.sleep(0)
    gc.collect()

    assert len(below.asked) == 2
    assert noise == []


async def test_pages_the_index_and_whose_a_number_is_are_asked_each_time(
    cached: CachedDirectory, below: CountingDirectory
) -> None:
    one = account("1", "C-1")
    for _ in range(2):
        assert await cached.invoices_of([one]) == {one.id: []}
        assert await cached.customer_numbers("shop", ["1"]) == {"1": frozenset({"C-1"})}
        assert await cached.account_by_number("shop", "1") == one
        assert await cached.count_customers(search=None, within=None) == 2
        page = await cached.customer_page(first=1, after=None, search=None, within=None)
        assert (page.customers, page.has_next) == ([ADA.customer], True)

    questions = ["invoices_of", "numbers", "number", "count", "page"]
    assert [question for question, _ in below.asked] == questions * 2


async def test_the_oldest_go_first_when_there_are_too_many(below: CountingDirectory, clock: Clock) -> None:
    cached = cache(below, clock, most=2)
    for id_ in ("C-1", "C-2", "C-3", "C-2", "C-3", "C-1"):
        await cached.customers([id_])

    assert [ids for _, ids in below.asked] == [["C-1"], ["C-2"], ["C-3"], ["C-1"]]


@pytest.mark.parametrize("unknown", [[f"C-{number}" for number in range(1_000)], ["C" * 100_000]])
async def test_unknown_keys_take_no_more_room_than_rows_may(
    unknown: list[str], below: CountingDirectory, clock: Clock
) -> None:
    cached = cache(below, clock, most=50)

    await cached.customers(unknown)
    await cached.accounts([AccountRef("shop", key) for key in unknown])

    for kept in (cached._customers, cached._accounts):
        assert kept.weight == sum(answer.weight for answer in kept._kept.values()) <= 50


async def test_a_customer_with_more_accounts_than_may_be_kept_is_asked_each_time(
    below: CountingDirectory, clock: Clock
) -> None:
    below.write(owners={f"k{number}": "C-2" for number in range(60)})
    cached: Directory = cache(below, clock, most=50)

    sizes = [len((await cached.customers(["C-2"]))["C-2"].accounts) for _ in range(2)]

    assert sizes == [61, 61]
    assert len(below.asked) == 2


async def test_what_is_too_old_is_let_go_with_the_next_question(
    cached: CachedDirectory, below: CountingDirectory, clock: Clock
) -> None:
    await cached.customers(["C-1", "C-2"])
    clock.seconds += SECONDS

    await cached.customers(["nobody"])

    assert cached._customers.weight == 1

"""What an operator reads for a mistake in the environment: the name of a variable that is set."""

import pytest

from tests.service.settings.conftest import MINIMAL, Mistakes

SHOP = '[sources.shop]\nkind = "shoxl"\nbase_url = "https://erp.example"\n'


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("SERVER__PORT", "eight", '[server] port: is "eight". Write a whole number.'),
        ("SERVER__TRUSTED_HOSTS", "[a", '[server] trusted_hosts: is not a list. Write ["a", "b"].'),
        ("AUTH__ALGORITHMS", '["ES256"', '[auth] algorithms: is not a list. Write ["a", "b"].'),
        ("SERVER__PROT", "9000", '[server] prot: is no known key. Did you mean "port"?'),
        ("SERVER", "9000", "[server]: is not a table. Write its keys below it."),
        ("SOURCES__SHOP__KIND", "shopl", '[sources.shop] kind: is no known kind. Did you mean "shoxl"?'),
    ],
)
def test_a_mistake_in_the_environment_is_told_with_the_variables_name(
    mistakes: Mistakes, name: str, value: str, line: str
) -> None:
    variable = f"INVOICE_GRAPH__{name}"

    assert mistakes(MINIMAL, {variable: value}) == [f"{variable}: {line}"]


@pytest.mark.parametrize("listed", ['["localhost", "a.*.example"]', "localhost, a.*.example"])
def test_a_mistake_within_a_variable_is_told_with_the_name_of_one_that_is_set(mistakes: Mistakes, listed: str) -> None:
    found = mistakes(MINIMAL, {"INVOICE_GRAPH__SERVER__TRUSTED_HOSTS": listed})

    assert found == [
        "INVOICE_GRAPH__SERVER__TRUSTED_HOSTS: [server] trusted_hosts[1]: is not a host. "
        'Write a name without scheme and port; "*.example.com" stands for all below it.'
    ]


def test_a_variable_for_a_table_that_nobody_knows_is_told(mistakes: Mistakes) -> None:
    found = mistakes(MINIMAL, {"INVOICE_GRAPH__CAHCE__URL": "redis://cache"})

    assert found == ['INVOICE_GRAPH__CAHCE__URL: [cahce]: is no known table. Did you mean "cache"?']


def test_a_mistake_of_a_table_is_told_with_the_variable_below_it(mistakes: Mistakes) -> None:
    variable = "INVOICE_GRAPH__SOURCES__SHOP__AUTHENTICATION__METHOD"

    assert mistakes(MINIMAL + SHOP, {variable: "token"}) == [
        f'{variable}: [sources.shop] authentication: has no known method. Write one of "none", "basic", "header".'
    ]

"""What an operator reads for a mistake in the environment: the name of a variable that is set."""

from pathlib import Path

import pytest

from resolvers.sources import netforum
from service.settings import SettingsError, load_settings
from tests.service.kinds import AnyKind
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


def test_a_method_of_the_environment_that_is_not_known_is_told_with_its_variable(mistakes: Mistakes) -> None:
    variable = "INVOICE_GRAPH__SOURCES__SHOP__AUTHENTICATION__METHOD"

    assert mistakes(MINIMAL + SHOP, {variable: "token"}) == [
        f'{variable}: [sources.shop] authentication.method: is no known method. Write one of "none", "basic", "header".'
    ]


@pytest.mark.parametrize(
    ("table", "sentences"),
    [
        ('method = "token", username = "x"', 'is no known method. Write one of "none", "basic", "header".'),
        ('username = "x"', "is missing. Add it."),
    ],
)
def test_a_wrong_method_of_the_file_is_told_with_its_line_whatever_the_environment_adds(
    mistakes: Mistakes, table: str, sentences: str
) -> None:
    found = mistakes(
        f"{MINIMAL}{SHOP}authentication = {{ {table} }}",
        {"INVOICE_GRAPH__SOURCES__SHOP__AUTHENTICATION__PASSWORD": "secret-word"},
    )

    assert found == [f"gateway.toml:6: [sources.shop] authentication.method: {sentences}"]


def test_a_mistake_of_a_whole_source_is_told_with_its_line_whatever_the_environment_adds(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(f'{MINIMAL}[sources.crm]\nkind = "netforum"\nbase_url = "http://x"\nauthentication = "basic"\n')
    variables = {"INVOICE_GRAPH__SOURCES__CRM__USERNAME": "u", "INVOICE_GRAPH__SOURCES__CRM__PASSWORD": "secret-word"}

    with pytest.raises(SettingsError) as caught:
        load_settings(path, {"netforum": AnyKind(netforum.SETTINGS)}, variables)

    assert [line.partition(": ")[0] for line in caught.value.lines] == [f"{path}:3"]


def test_a_method_whose_variable_is_missing_is_told_once(mistakes: Mistakes) -> None:
    found = mistakes(MINIMAL + SHOP + 'authentication = { method = "${METHOD}" }')

    assert found == [
        "gateway.toml:6: [sources.shop] authentication.method: "
        "needs the environment variable METHOD, which is not set. Set it."
    ]

"""What an operator reads for each mistake: its place, what is wrong, what to write."""

import pytest

from tests.service.settings.conftest import KEY, MINIMAL, Mistakes

MAKE_A_KEY = 'Use 32 random ones or more, as from python -c "import secrets; print(secrets.token_urlsafe(48))".'
SOURCE = '[sources.shop]\nkind = "shoxl"\nbase_url = "https://erp.example"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('port = "eight"', '3: [server] port: is "eight". Write a whole number.'),
        ("port = 70000", "3: [server] port: is 70000. Write at most 65535."),
        ("port = true", '3: [server] port: is "true". Write a whole number.'),
        ("max_requests = true", '3: [server] max_requests: is "true". Write a whole number.'),
        ("idle_seconds = true", '3: [server] idle_seconds: is "true". Write a number.'),
        ("prot = 9000", '3: [server] prot: is no known key. Did you mean "port"?'),
        ("host = 8000", "3: [server] host: is not text. Put it in quotes."),
        (
            'host = "http://x"',
            "3: [server] host: is neither a name nor an IP address. "
            'Write one without scheme and port, such as "127.0.0.1".',
        ),
        (
            'host = "0.0.0.0"',
            '3: [server] host: is "0.0.0.0", where others could read every invoice while auth.mode is "none". '
            'Write "127.0.0.1".',
        ),
        ("workers = 0", "3: [server] workers: is 0. Write at least 1."),
        (
            'public_url = "invoices.example"',
            "3: [server] public_url: is not an address. "
            'Write http or https, host and port, such as "https://invoices.example".',
        ),
        (
            'public_url = "https://us:hunter2@invoices.example"',
            "3: [server] public_url: is not an address. "
            'Write http or https, host and port, such as "https://invoices.example".',
        ),
        (
            'public_url = "http://invoices.example:0"',
            "3: [server] public_url: is not an address. "
            'Write http or https, host and port, such as "https://invoices.example".',
        ),
        ("idle_seconds = 0", "3: [server] idle_seconds: is 0. Write more than 0.0."),
        ("deadline_seconds = 0.0001", "3: [server] deadline_seconds: is 0.0001. Write at least 0.05."),
        ("deadline_seconds = 1e12", "3: [server] deadline_seconds: is 1000000000000.0. Write at most 300.0."),
        ("idle_seconds = 1e308", "3: [server] idle_seconds: is 1e+308. Write at most 3600.0."),
        ("deadline_seconds = inf", "3: [server] deadline_seconds: is inf. Write a finite number."),
        ("max_body_bytes = 1.5", "3: [server] max_body_bytes: is 1.5. Write a whole number."),
        ("cors_origins = 1", '3: [server] cors_origins: is not a list. Write ["a", "b"].'),
        (
            'cors_origins = ["https://a.example", "b.example/x"]',
            "3: [server] cors_origins[1]: is not an origin. "
            'Write scheme, host and port without a path, such as "https://shop.example".',
        ),
        (
            'cors_origins = ["*"]',
            '3: [server] cors_origins: has "*", by which any website could read every invoice while auth.mode is '
            '"none". List them by name.',
        ),
        ("trusted_hosts = []", "3: [server] trusted_hosts: has too few entries. Write at least 1."),
        (
            'trusted_hosts = ["a.*.example"]',
            "3: [server] trusted_hosts[0]: is not a host. "
            'Write a name without scheme and port; "*.example.com" stands for all below it.',
        ),
        ("[grahp]", '3: [grahp]: is no known table. Did you mean "graph"?'),
        ('[graph]\nexplain = "all"', '4: [graph] explain: is "all". Write "nobody", "staff" or "everyone".'),
        ('[graph]\nexplorer = "maybe"', '4: [graph] explorer: is "maybe". Write true or false.'),
        (
            '[graph]\ntype_prefix = "my types"',
            "4: [graph] type_prefix: cannot begin a type's name. "
            'Write a capital, then letters and digits, such as "Invoicing".',
        ),
        (
            '[graph]\ntime_zone = "Europe"',
            '4: [graph] time_zone: is no time zone. Write an IANA name such as "Europe/Amsterdam".',
        ),
        ("[limits]\ndepth = -1", "4: [limits] depth: is -1. Write at least 1."),
        (
            '[auth]\nmode = "jwt"\nissuer = "https://login.example"\njwks_url = "https://login.example/keys"',
            '3: [auth] audience: is missing, and mode "jwt" needs it. Write what the tokens have as aud.',
        ),
        (
            '[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = "http://login.example/keys"',
            "7: [auth] jwks_url: is not an https address: whoever can change these keys can be anybody. "
            'Write one such as "https://login.example/.well-known/jwks.json"; http does on loopback only.',
        ),
        (
            '[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = "https://login.example/keys?a=1&a=2"',
            "7: [auth] jwks_url: has a parameter twice, and would be asked with one. Leave one of them out.",
        ),
        (
            '[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = "https://login.example/keys?a=&a="',
            "7: [auth] jwks_url: has a parameter twice, and would be asked with one. Leave one of them out.",
        ),
        (
            '[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = " "',
            '7: [auth] jwks_url: is missing, and mode "jwt" needs it. Write where the issuer publishes its keys.',
        ),
        (
            '[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us "\njwks_url = "https://login.example/keys"',
            "6: [auth] audience: begins or ends with a blank, and would fit no token. Take it out.",
        ),
        (
            '[auth]\ncustomer_claim = " "',
            "4: [auth] customer_claim: begins or ends with a blank, and would fit no token. Take it out.",
        ),
        ('[auth]\nroles_claim = ""', "4: [auth] roles_claim: is too short. Write at least 1 characters."),
        (
            '[auth]\nalgorithms = ["ES256", "HS256"]',
            '4: [auth] algorithms[1]: is "HS256". Write "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", '
            '"PS384", "PS512", "EdDSA" or "Ed25519".',
        ),
        ("[auth]\nalgorithms = []", "4: [auth] algorithms: has too few entries. Write at least 1."),
        ('[auth]\nmode = "basic"', '4: [auth] mode: is "basic". Write "none" or "jwt".'),
        (
            '[auth]\nissuer = "https://login.example"',
            '4: [auth] issuer: has no effect while mode is "none": tokens are not checked. Take it out.',
        ),
        (
            "[cache]\nfresh_seconds = 60\nstale_seconds = 30",
            "5: [cache] stale_seconds: is less than fresh_seconds. Write at least 60.",
        ),
        (
            '[sources.Shop]\nkind = "shoxl"\nbase_url = "https://erp.example"',
            "3: [sources.Shop]: is no usable name. Use up to 40 lower-case letters, digits, - and _.",
        ),
        (
            '[sources.shop]\nbase_url = "https://erp.example"',
            "3: [sources.shop] kind: is missing. Write one of kruitbosch, netforum, open2b, seansworld, shoxl.",
        ),
        ('[sources.shop]\nkind = "shoxle"', '4: [sources.shop] kind: is no known kind. Did you mean "shoxl"?'),
        ('[sources.shop]\nkind = "shoxl"', "3: [sources.shop] base_url: is missing. Add it."),
        (SOURCE + "pasword = 1", '6: [sources.shop] pasword: is no known key. Did you mean "password"?'),
        (SOURCE + "password = 12", "6: [sources.shop] password: is not text. Put it in quotes."),
        (SOURCE + "retries = false", '6: [sources.shop] retries: is "false". Write a whole number.'),
        (SOURCE + 'protocol = "xml"', '6: [sources.shop] protocol: is "xml". Write "soap", "json" or "rest".'),
        (
            SOURCE + 'currency = "EURO"',
            '6: [sources.shop] currency: cannot be used. Write an ISO 4217 code such as "EUR".',
        ),
        (SOURCE + "context = { a = 1 }", "6: [sources.shop] context.a: is not text. Put it in quotes."),
        (
            SOURCE + 'authentication = { username = "hunter2" }',
            "6: [sources.shop] authentication.method: is missing. Add it.",
        ),
        (
            SOURCE + 'authentication = { method = "hunter2" }',
            '6: [sources.shop] authentication.method: is no known method. Write one of "none", "basic", "header".',
        ),
        (
            SOURCE + 'authentication = { method = "basic", username = "hunter2" }',
            "6: [sources.shop] authentication.password: is missing. Add it.",
        ),
        (
            SOURCE + 'authentication = { method = "none", username = "hunter2" }',
            "6: [sources.shop] authentication.username: is no known key.",
        ),
        ("[sources]\nshop = 1", "4: [sources.shop]: is not a table. Write [sources.shop] and its keys below it."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_remedy(mistakes: Mistakes, text: str, line: str) -> None:
    assert mistakes(MINIMAL + text) == [f"gateway.toml:{line}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", f"gateway.toml: [server] secret_keys: has no key. {MAKE_A_KEY}"),
        ("[server]\nsecret_keys = []", f"gateway.toml:2: [server] secret_keys: has no key. {MAKE_A_KEY}"),
        (
            f'[server]\nsecret_keys = ["{KEY}", "hunter2"]',
            f"gateway.toml:2: [server] secret_keys[1]: has 7 characters. {MAKE_A_KEY}",
        ),
        (
            f'[server]\nsecret_keys = ["{" " * 40}"]',
            f"gateway.toml:2: [server] secret_keys[0]: is blank. {MAKE_A_KEY}",
        ),
        (
            f'[server]\nsecret_keys = ["hunter2{" " * 40}"]',
            f"gateway.toml:2: [server] secret_keys[0]: has 7 characters. {MAKE_A_KEY}",
        ),
        (
            f'{MINIMAL}metrics_token = "{" " * 40}"',
            f"gateway.toml:3: [server] metrics_token: is blank. {MAKE_A_KEY}",
        ),
        (
            '[server]\nsecret_keys = ["${INVOICE_GRAPH_KEY}"]',
            "gateway.toml:2: [server] secret_keys[0]: "
            "needs the environment variable INVOICE_GRAPH_KEY, which is not set. Set it.",
        ),
        (
            f'secret_keys = ["{KEY}"]\n{MINIMAL}',
            "gateway.toml:1: [secret_keys]: stands outside every table. Put it below [server].",
        ),
        (
            "[server]\nport = = 1",
            "gateway.toml: is not TOML: Invalid value (at line 2, column 8). Mend that line first.",
        ),
    ],
)
def test_a_mistake_about_the_keys_or_the_file_is_told(mistakes: Mistakes, text: str, line: str) -> None:
    assert mistakes(text) == [line]


@pytest.mark.parametrize("written", ["x" * 40 + r"\n", " " + "x" * 40, "ö" * 40, "x" * 40 + r"\t" + "x"])
def test_a_token_for_metrics_that_no_header_brings_whole_is_told(mistakes: Mistakes, written: str) -> None:
    assert mistakes(f'{MINIMAL}metrics_token = "{written}"') == [
        "gateway.toml:3: [server] metrics_token: has blanks around it or more than ASCII, which no header brings "
        f"whole. {MAKE_A_KEY}"
    ]


@pytest.mark.parametrize(
    "written",
    [
        "https://256.0.0.1/keys",
        "https://login.example:0/keys",
        "https://login.example/a/../keys",
        "https://l.example/%2E",
    ],
)
def test_an_address_of_keys_that_leads_nowhere_is_told_before_the_start(mistakes: Mistakes, written: str) -> None:
    auth = f'[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = "{written}"\n'

    assert mistakes(MINIMAL + auth) == [
        "gateway.toml:7: [auth] jwks_url: leads nowhere: by a host that there cannot be, port 0, or dots in place of a "
        'folder. Write one such as "https://login.example/.well-known/jwks.json".'
    ]


@pytest.mark.parametrize(
    "written",
    [
        "https://us:hunter2@login.example/keys",
        "https://login.example/keys#hunter2",
        "https://login.example/keys?of=hunter2\\u200b",
        "https://login.example/hunter2 keys",
    ],
)
def test_an_address_of_keys_holds_nothing_beside_the_address(mistakes: Mistakes, written: str) -> None:
    auth = f'[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = "{written}"\n'

    (told,) = mistakes(MINIMAL + auth)

    assert told.startswith("gateway.toml:7: [auth] jwks_url: is not an https address")
    assert "hunter2" not in told


@pytest.mark.parametrize(
    "written",
    [
        "${INVOICE-GRAPH-KEY-OF-PRODUCTION-2026}",
        "${ INVOICE_GRAPH_KEY_OF_PRODUCTION }",
        "${INVOICE_GRAPH_KEY_OF_PRODUCTION:-changeme}",
        "${KEY${KEY_OF_PRODUCTION_SINCE_2026}}",
        "${INVOICE_GRAPH_KEY_OF_PRODUCTION",
    ],
)
def test_braces_around_what_is_no_variables_name_are_a_mistake_and_no_value(mistakes: Mistakes, written: str) -> None:
    found = mistakes(f'[server]\nsecret_keys = ["{written}"]\n', {"KEY_OF_PRODUCTION_SINCE_2026": KEY})

    assert found == [
        'gateway.toml:2: [server] secret_keys[0]: has "${" before what is no variable\'s name. '
        'Write letters, digits and _: "${NAME}".'
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(mistakes: Mistakes) -> None:
    text = """
[server]
host = "0.0.0.0"
port = "eight"
secret_keys = ["${INVOICE_GRAPH_KEY}"]
[auth]
mode = "basic"
[cahce]
[sources.shop]
kind = "shoxl"
base_url = "${SHOP}"
retries = 11
"""

    found = mistakes(text)

    assert [line.split(": ")[:2] for line in found] == [
        ["gateway.toml:4", "[server] port"],
        ["gateway.toml:5", "[server] secret_keys[0]"],
        ["gateway.toml:7", "[auth] mode"],
        ["gateway.toml:8", "[cahce]"],
        ["gateway.toml:11", "[sources.shop] base_url"],
        ["gateway.toml:12", "[sources.shop] retries"],
    ]


def test_no_mistake_shows_a_secret(mistakes: Mistakes) -> None:
    text = """
[server]
secret_keys = ["hunter2", 7777777]
[directory]
url = "postgresql://gateway:hunter2@db/invoices"
[cache]
url = "memcache://:hunter2@cache"
[sources.shop]
kind = "shoxl"
base_url = "https://user:hunter2@erp.example"
password = 7777777
"""

    found = "\n".join(mistakes(text))

    assert "hunter2" not in found
    assert "7777777" not in found

"""Where the cluster is, as the environment says it.

1. Several nodes, separated by commas or blanks; prefix and CA file; what somebody passes comes before it.
2. Empty variables count as not set; without a URL there is no address.
3. A bad value is refused by the name of its variable; a URL, which may hold a password, is never quoted.
4. The address is shown without passwords.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.opensearch.address import CA_FILE, PREFIX, URL, Address, AddressError, address_from_environment

if TYPE_CHECKING:
    from pathlib import Path

NODE = "https://duty:ge@heim@node-1.example:9200"


def test_nodes_and_names(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.touch()
    environment = {URL: f" {NODE},https://node-2.example \n", PREFIX: "duties_of-xj", CA_FILE: str(ca_file)}
    assert address_from_environment(environment) == Address(
        (NODE, "https://node-2.example"), "duties_of-xj", str(ca_file)
    )
    given = address_from_environment(environment, urls=["https://node-3.example"], prefix="other")
    assert given == Address(("https://node-3.example",), "other", str(ca_file))


@pytest.mark.parametrize("environment", [{}, {URL: " "}, {URL: "", PREFIX: "x"}])
def test_no_address(environment: dict[str, str]) -> None:
    assert address_from_environment(environment) is None


def test_empty_is_not_set() -> None:
    assert address_from_environment({URL: "http://a:9200", PREFIX: "", CA_FILE: " "}) == Address(
        ("http://a:9200",)
    )


@pytest.mark.parametrize(
    "urls",
    [
        "node-1:9200", "ftp://geheim@a", "http://", "http://geheim@:9200", "http://a:geheim", "http://a:0",
        "http://a:99999", "http://a:9200, b:9200", "http://a:9200 https://b:9200", "http://[::1",
    ],
)  # fmt: skip
def test_a_bad_url(urls: str) -> None:
    with pytest.raises(AddressError) as raised:
        address_from_environment({URL: urls})
    assert str(raised.value).startswith(f"{URL}: its value is not allowed; allowed: http://HOST:PORT")
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    "prefix",
    [
        "清单",
        "Duty",
        "-a",
        "a b",
        "a*",
        "a,b",
        "a" * 62,
        "a-duties",
        "a-duties-b",
        "a-previous",
        "a-lock",
        "a-companion",
    ],
)
def test_a_bad_prefix(prefix: str) -> None:
    with pytest.raises(AddressError, match=f"{PREFIX}: "):
        address_from_environment({URL: "http://a:9200", PREFIX: prefix})


def test_a_ca_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AddressError, match=f"{CA_FILE}: .*is not allowed; allowed: a file that can be read"):
        address_from_environment({URL: "https://a:9200", CA_FILE: str(tmp_path)})


def test_shown_without_passwords() -> None:
    shown = Address((NODE, "http://node-2.example:9200")).shown()
    assert shown == "https://node-1.example:9200, http://node-2.example:9200"

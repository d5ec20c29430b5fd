import pytest

from payment_service.entrypoints.pages.card_policy import ProviderScript, card_policy

CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SDK = "https://sdk.example:8443"
ALL = f"{SDK} https://api.example https://fields.example"
OURS = "style-src 'self'; img-src 'self'"


@pytest.mark.parametrize(
    ("script", "policy"),
    [
        (
            ProviderScript("/fake-checkout/js/v2", ()),
            f"{CLOSED}; script-src 'self'; {OURS}; connect-src 'self'; frame-src 'self'",
        ),
        (
            ProviderScript(f"{SDK}/js/v2", ("https://api.example", "https://fields.example")),
            f"{CLOSED}; script-src 'self' {SDK}; {OURS}; connect-src 'self' {ALL}; frame-src {ALL}",
        ),
    ],
)
def test_the_page_admits_its_files_and_the_provider_alone(script, policy):
    assert card_policy(script) == policy

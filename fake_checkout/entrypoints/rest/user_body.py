"""An account as the provider tells it to its owner."""

from typing import Any

from fake_checkout.domain.account import Account


def user_body(account: Account) -> dict[str, Any]:
    """The user object; what the emulator knows nothing of is null or empty."""
    return {
        "id": account.collector_id,
        "nickname": f"LOJA{account.collector_id}",
        "registration_date": "2026-01-01T00:00:00.000-04:00",
        "first_name": account.seller.name,
        "last_name": "",
        "gender": "",
        "country_id": "BR",
        "email": account.email,
        "identification": {"type": None, "number": None},
        "address": {"address": None, "city": account.seller.city, "state": None, "zip_code": None},
        "phone": {"area_code": None, "number": None, "extension": None, "verified": False},
        "user_type": "normal",
        "tags": ["normal"] if account.is_live else ["normal", "test_user"],
        "logo": None,
        "points": 0,
        "site_id": "MLB",
        "permalink": None,
        "seller_experience": "ADVANCED",
        "status": {
            "site_status": "active",
            "confirmed_email": True,
            "mercadopago_account_type": "personal",
            "mercadopago_tc_accepted": True,
        },
    }

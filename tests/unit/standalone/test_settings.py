from servicekit.settings import load
from standalone.settings import Settings, environments


def test_each_application_has_a_database_of_its_own_in_the_data_folder():
    settings = load(Settings, {"DATA_DIR": "/somewhere", "PORT": "5077"})
    made = environments(settings, {}, {})
    databases = [one["DATABASE_URL"] for one in (made.orders, made.payments, made.emulator)]
    assert databases == [
        "sqlite:////somewhere/orders.sqlite3",
        "sqlite:////somewhere/payments.sqlite3",
        "sqlite:////somewhere/fake_checkout.sqlite3",
    ]


def test_the_applications_reach_each_other_on_the_chosen_port():
    made = environments(load(Settings, {"PORT": "5077"}), {}, {})
    assert made.payments["MERCADO_PAGO_BASE_URL"] == "http://127.0.0.1:5077/fake-checkout"
    assert made.payments["WEBHOOK_URL"] == "http://127.0.0.1:5077/payments/webhook"
    assert made.orders["PUBLIC_URL"] == "http://localhost:5077"


def test_what_the_caller_sets_wins_and_what_it_leaves_empty_does_not():
    made = environments(
        load(Settings, {}),
        {"PUBLIC_URL": "https://pedidos.example", "DEMO_DATA": " "},
        {"JWT_PUBLIC_KEY": "made"},
    )
    assert made.orders["PUBLIC_URL"] == "https://pedidos.example"
    assert made.orders["DEMO_DATA"] == "on"
    assert made.payments["JWT_PUBLIC_KEY"] == "made"

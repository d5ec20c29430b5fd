import pytest
from cryptography.fernet import Fernet

from servicekit.sealing import FernetSealing, is_sealing_key

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


class Refused(Exception):
    pass


def test_what_is_sealed_is_read_with_the_key_alone_and_never_looks_the_same():
    sealing = FernetSealing((OLD,), Refused)
    sealed = sealing.seal("um segredo")
    assert sealing.unseal(sealed) == "um segredo"
    assert "segredo" not in sealed
    assert sealing.seal("um segredo") != sealed
    for none_of_it in (sealed[:-8] + "AAAAAAA=", "", "um segredo"):
        with pytest.raises(Refused):
            sealing.unseal(none_of_it)
    with pytest.raises(Refused):
        FernetSealing((OTHER,), Refused).unseal(sealed)


def test_an_old_key_reads_until_all_is_sealed_again_with_the_new_one():
    sealed = FernetSealing((OLD,), Refused).seal("um segredo")
    both = FernetSealing((NEW, OLD), Refused)
    assert both.unseal(sealed) == "um segredo"
    again = both.seal_again(sealed)
    assert FernetSealing((NEW,), Refused).unseal(again) == "um segredo"
    with pytest.raises(Refused):
        FernetSealing((OTHER,), Refused).seal_again(sealed)


@pytest.mark.parametrize("text", ["", "short", "ã" * 44, "A" * 42 + "=="])
def test_what_is_no_key_is_known_for_none(text):
    assert is_sealing_key(NEW)
    assert not is_sealing_key(text)

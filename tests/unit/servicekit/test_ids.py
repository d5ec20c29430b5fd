import uuid

from servicekit.ids import new_id


def test_an_id_is_a_uuid_of_version_7():
    assert uuid.UUID(new_id()).version == 7


def test_ids_of_one_process_sort_in_the_order_they_were_made():
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)

from orders_service.domain import errors


def every_error(root=errors.DomainError):
    for error in root.__subclasses__():
        yield error
        yield from every_error(error)


def test_every_error_has_a_slug_of_its_own():
    slugs = [error.slug for error in every_error()]
    assert len(slugs) == len(set(slugs))


def test_every_error_has_a_kind_that_doors_know():
    kinds = {error.kind for error in every_error()}
    assert kinds <= {"invalid", "not_found", "conflict", "forbidden", "unsupported", "unavailable"}


def test_an_error_without_members_tells_nothing_more():
    assert errors.UnknownClient("Nobody").members() == {}


def test_a_shortage_says_what_is_short():
    error = errors.InsufficientStock([errors.Shortage("p", 3, 1)])
    assert error.members() == {"shortages": [{"product_id": "p", "requested": 3, "available": 1}]}


def test_an_unknown_product_is_named():
    assert errors.UnknownProduct(["a", "b"]).members() == {"product_ids": ["a", "b"]}

from fake_checkout.domain.token_bucket import TokenBucket


def test_a_full_bucket_takes_as_many_calls_as_it_holds_and_then_says_when_to_come_again():
    bucket = TokenBucket(10, 10, at=100)

    for _ in range(10):
        bucket = bucket.taken()

    assert bucket.taken() is None
    assert bucket.retry_after == 6
    assert bucket.filled(103).retry_after == 3
    assert bucket.filled(105.9).taken() is None
    assert bucket.filled(106).taken() == TokenBucket(10, 0, at=106)


def test_it_fills_within_a_minute_and_holds_no_more():
    empty = TokenBucket(60, 0, at=0)

    assert empty.filled(60).level == empty.filled(3600).level == 60

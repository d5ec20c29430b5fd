from datetime import datetime, timedelta, timezone

from servicekit.messaging.outbox import instant


def test_an_instant_is_written_in_utc_with_milliseconds():
    sao_paulo = timezone(timedelta(hours=-3))

    assert instant(datetime(2026, 11, 21, 20, 16, 0, 120_999, sao_paulo)) == "2026-11-21T23:16:00.120Z"

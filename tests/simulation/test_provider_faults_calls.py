"""What befalls a call to the provider: each fault in each call, and every saga ends as it should."""

import pytest

from tests.simulation import troubles
from tests.simulation.stories import (
    STORIES,
    Story,
)
from tests.simulation.world import World

in_every_call = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)

NO_PROOF = (401, 409, 422)
"""Our token is not taken; the first with this key still runs; the key came with other words."""


@in_every_call
def test_a_time_out_before_the_effect_has_one_effect(world: World, story: Story):
    story.tell(world, troubles.time_out_before)


@in_every_call
def test_a_time_out_after_the_effect_has_one_effect(world: World, story: Story):
    story.tell(world, troubles.time_out_after)


@in_every_call
def test_a_provider_that_does_not_listen_for_a_while_is_asked_again(world: World, story: Story):
    story.tell(world, troubles.connection_refused, times=3)


@in_every_call
def test_a_5xx_before_the_effect_has_one_effect(world: World, story: Story):
    story.tell(world, troubles.server_error_before)


@in_every_call
def test_a_5xx_after_the_effect_has_one_effect(world: World, story: Story):
    story.tell(world, troubles.server_error_after)


@in_every_call
def test_html_with_an_error_is_no_answer(world: World, story: Story):
    story.tell(world, troubles.html_error)


@in_every_call
def test_html_with_a_success_is_no_answer(world: World, story: Story):
    story.tell(world, troubles.html_success)


@in_every_call
def test_cut_json_is_no_answer(world: World, story: Story):
    story.tell(world, troubles.cut_json)


@in_every_call
def test_an_answer_without_a_body_is_no_answer(world: World, story: Story):
    story.tell(world, troubles.no_body)


@in_every_call
def test_an_answer_of_wrong_types_is_no_answer(world: World, story: Story):
    story.tell(world, troubles.wrong_types)


@in_every_call
def test_a_giant_body_is_no_answer(world: World, story: Story):
    story.tell(world, troubles.giant_body)


@in_every_call
def test_a_refusal_that_proves_nothing_is_no_answer(world: World, story: Story):
    story.tell(
        world, troubles.one_after_another(*(troubles.declined(code, 17) for code in NO_PROOF)), times=3
    )

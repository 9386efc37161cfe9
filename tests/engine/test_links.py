"""Click links name a link of a send, and cannot be made up."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.links import Click, ForgedLink, click_path, read_click, sign_click
from engine.store.ids import new_id

SECRET = "a secret for tests"
SEND = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
send_ids = st.builds(
    lambda first, rest: "snd_" + first + rest, st.sampled_from("01234567"), st.text(DIGITS, min_size=25, max_size=25)
)
targets = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=60)


@given(send_ids, targets | st.sampled_from(["body", "link", "action_0", "action_1", "link_5"]))
def test_a_token_reads_back_as_what_was_signed(send_id: str, target: str) -> None:
    assert read_click(SECRET, sign_click(SECRET, send_id, target)) == Click(send_id, target)


@given(st.data())
def test_a_token_with_any_character_changed_is_forged(data: st.DataObject) -> None:
    token = sign_click(SECRET, SEND, "body")
    place = data.draw(st.integers(0, len(token) - 2))  # the last character has bits that base64 does not use
    other = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_").filter(lambda c: c != token[place]))

    with pytest.raises(ForgedLink):
        read_click(SECRET, token[:place] + other + token[place + 1 :])


@given(st.text())
def test_any_other_text_is_forged(text: str) -> None:
    with pytest.raises(ForgedLink):
        read_click(SECRET, text)


def test_another_secret_makes_another_seal() -> None:
    with pytest.raises(ForgedLink):
        read_click("another secret", sign_click(SECRET, SEND, "body"))


def test_body_and_both_buttons_have_three_short_tokens() -> None:
    send_id = new_id("snd")
    tokens = {target: sign_click(SECRET, send_id, target) for target in ("body", "action_0", "action_1")}

    assert len(set(tokens.values())) == 3
    assert {target: read_click(SECRET, token).target for target, token in tokens.items()} == {
        target: target for target in tokens
    }
    assert all(len(click_path(token)) == 37 for token in tokens.values())


@pytest.mark.parametrize(("send_id", "target"), [("enr_01", "body"), (SEND, ""), (SEND, "ü"), (SEND, "x" * 61)])
def test_what_is_not_a_link_of_a_send_cannot_be_signed(send_id: str, target: str) -> None:
    with pytest.raises(ValueError, match=r"send|target"):
        sign_click(SECRET, send_id, target)

"""Rules of chat templates: the checkpoint's own, in a sandbox, the same on any day."""

from __future__ import annotations

import pytest

from stream_slm.engine.chat import ChatTemplate
from stream_slm.engine.language_model import Instruction
from stream_slm.errors import BundleError, ConfigurationError
from tests.unit.engine.tiny_language_model import CHATML

ASKED = Instruction(system="Be brief.", before="Read: ", after=" Well?", cue="It is")
NO_SYSTEM = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}<start_of_turn>{{ message.role }}\n{{ message.content | trim }}<end_of_turn>\n"
    "{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
SILENT = "{% for message in messages if message.role == 'user' %}[INST]{{ message.content }}[/INST]{% endfor %}"


def test_the_text_stands_in_the_turn_of_the_user() -> None:
    """With the system message before it, and the cue after the answer began."""
    before, after = ChatTemplate(CHATML, {}).around(ASKED)
    assert before == "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nRead: "
    assert after == " Well?<|im_end|>\n<|im_start|>assistant\nIt is"


@pytest.mark.parametrize(
    ("template", "before"),
    [(NO_SYSTEM, "<s><start_of_turn>user\nBe brief.\n\nRead: "), (SILENT, "[INST]Be brief.\n\nRead: ")],
)
def test_a_system_message_is_never_lost(template: str, before: str) -> None:
    """A template that refuses one, or leaves it out, gets it in the user's turn."""
    assert ChatTemplate(template, {"bos_token": "<s>"}).around(ASKED)[0] == before


def test_no_system_message_is_none() -> None:
    """Not an empty turn."""
    assert "system" not in ChatTemplate(CHATML, {}).around(Instruction())[0]


def test_tags_of_transformers() -> None:
    """A loop that is left early, and the mark of what is trained on, which writes nothing."""
    template = ChatTemplate(
        "{% for message in messages %}{% generation %}{{ message.content }}{% endgeneration %}{% break %}{% endfor %}",
        {},
    )
    assert template.around(Instruction(before="a", after="b")) == ("a", "b")


def test_no_thinking_aloud() -> None:
    """Which Qwen 3 does unless it is told not to."""
    template = "{{ messages[-1].content }}{% if enable_thinking is false %}<think></think>{% endif %}"
    assert ChatTemplate(template, {}).around(Instruction())[1] == "<think></think>"


def test_json_is_not_made_for_html() -> None:
    """jinja2's own filter would write &lt;."""
    assert ChatTemplate("{{ messages | tojson }}", {}).around(Instruction(before="<a> é "))[0].endswith("<a> é ")


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}{{ messages[-1].content }}",
        "{{ strftime_now('%d') }}{{ messages[-1].content }}",
        "{{ raise_exception('no') }}",
        "no text",
        "{{ messages[-1].content }}{{ messages[-1].content }}",
    ],
)
def test_what_cannot_be_used_is_refused(template: str) -> None:
    """What reaches for the machine or for the date, changes the messages, fails, or says the text never or twice."""
    with pytest.raises(ConfigurationError, match="chat template"):
        ChatTemplate(template, {}).around(ASKED)


def test_no_template_at_all() -> None:
    """Is told when the bundle is loaded."""
    with pytest.raises(BundleError, match="cannot be read"):
        ChatTemplate("{% for %}", {})

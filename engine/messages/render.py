"""`render`: content and context in, the exact message out.

Compiling (templates, MJML, link patterns) happens once for each content and is remembered; rendering is then a few
string joins: a push takes tens of microseconds, an e-mail a few hundred.
"""

from collections.abc import Hashable
from functools import lru_cache
from typing import cast, overload

from engine.messages.content import (
    CustomContent,
    EmailContent,
    MessageContent,
    MobilePushContent,
    SmsContent,
    WebhookContent,
    WebPushContent,
)
from engine.messages.context import RenderContext
from engine.messages.custom import CompiledCustom
from engine.messages.email import CompiledEmail
from engine.messages.errors import MessageError
from engine.messages.mobile_push import CompiledMobilePush
from engine.messages.rendered import (
    RenderedCustom,
    RenderedEmail,
    RenderedMessage,
    RenderedMobilePush,
    RenderedSms,
    RenderedWebhook,
    RenderedWebPush,
)
from engine.messages.sms import CompiledSms
from engine.messages.web_push import CompiledWebPush
from engine.messages.webhook import CompiledWebhook

COMPILED_MESSAGES = 1_024
CompiledMessage = CompiledWebPush | CompiledMobilePush | CompiledEmail | CompiledSms | CompiledWebhook | CompiledCustom


@overload
def render(content: WebPushContent, context: RenderContext) -> RenderedWebPush: ...
@overload
def render(content: MobilePushContent, context: RenderContext) -> RenderedMobilePush: ...
@overload
def render(content: EmailContent, context: RenderContext) -> RenderedEmail: ...
@overload
def render(content: SmsContent, context: RenderContext) -> RenderedSms: ...
@overload
def render(content: WebhookContent, context: RenderContext) -> RenderedWebhook: ...
@overload
def render(content: CustomContent, context: RenderContext) -> RenderedCustom: ...
def render(content: MessageContent, context: RenderContext) -> RenderedMessage:
    """What one profile receives; raises a `MessageError` naming the field when it cannot be made."""
    return compiled(content).render(context)


def compiled(content: MessageContent) -> CompiledMessage:
    """The content, ready to render; raises `TemplateProblem` when it cannot be."""
    return _compiled(cast("Hashable", content))  # frozen models are hashable, which pyright cannot see


@lru_cache(maxsize=COMPILED_MESSAGES)
def _compiled(content: MessageContent) -> CompiledMessage:
    match content:
        case WebPushContent():
            return CompiledWebPush(content)
        case MobilePushContent():
            return CompiledMobilePush(content)
        case EmailContent():
            return CompiledEmail(content)
        case SmsContent():
            return CompiledSms(content)
        case WebhookContent():
            return CompiledWebhook(content)
        case CustomContent():
            return CompiledCustom(content)


def problem_with(content: MessageContent) -> MessageError | None:
    """What keeps this content from being rendered for anyone: a template that cannot be compiled. None when it can."""
    try:
        compiled(content)
    except MessageError as problem:
        return problem
    return None

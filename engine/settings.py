"""The settings: read once from the environment at start-up, frozen, and passed to whoever needs them.

Each field is an environment variable with the prefix `WAITLINE_` (`WAITLINE_DATABASE_URL`). docs/operators.md explains
every one of them; a test holds it to that.
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

NO_TWILIO_ACCOUNT = "ACwaitline"


class Settings(BaseSettings):
    """What an operator can set. The defaults run everything embedded on one machine."""

    model_config = SettingsConfigDict(env_prefix="WAITLINE_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".waitline"), description="The folder that holds all data of `waitline up`.")
    plugins: Path | None = Field(
        default=None,
        description="The folder of your own Python files, such as workflows; `plugins` in home when unset.",
    )
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL (`postgresql+asyncpg://…`); a SQLite file in home when unset."
    )
    durability: Literal["power_loss", "process_kill"] = Field(
        default="process_kill", description="What a SQLite commit of the workers survives; the API always syncs."
    )
    temporal_address: str = Field(default="127.0.0.1:7233", description="Where the Temporal frontend listens.")
    temporal_namespace: str = Field(default="default", description="The Temporal namespace of the workflows.")
    temporal_slim_visibility: bool = Field(
        default=True, description="Drop the visibility indexes that Waitline never queries, on the embedded file only."
    )
    temporal_ui_origin: str | None = Field(
        default=None,
        pattern=r"^https?://[a-z0-9.\-\[\]:]+$",
        description="The origin of Temporal's UI, such as `http://localhost:8233`, whose pages may read payloads.",
    )
    task_queue: str = Field(default="waitline", description="The Temporal task queue of workflows and first sends.")
    host: str = Field(default="127.0.0.1", description="The address that the API binds to.")
    port: int = Field(default=8400, description="The port that the API binds to; 0 picks a free one.")
    public_url: str | None = Field(
        default=None, description="The address under which browsers reach the API; http://HOST:PORT when unset."
    )
    secret_key: SecretStr | None = Field(
        default=None, description="Signs links and sessions; made once and kept in home when unset."
    )
    encryption_key: SecretStr | None = Field(
        default=None, description="Seals histories and secrets at rest; several, the newest first, while it is changed."
    )
    allow_private_endpoints: bool = Field(
        default=False, description="Let push endpoints and webhooks live on private addresses. Local development only."
    )
    vapid_private_key: SecretStr | None = Field(
        default=None, description="VAPID key of web push (PEM or base64url); made once and kept in home when unset."
    )
    vapid_subject: str = Field(
        default="mailto:push@waitline.example", description="Contact that push services may write to (RFC 8292)."
    )
    smtp_host: str = Field(default="127.0.0.1", description="The SMTP server that e-mail leaves by.")
    smtp_port: int = Field(default=8401, description="Its port; the built-in inbox listens there under `waitline up`.")
    smtp_username: str | None = Field(default=None, description="User for SMTP authentication, when it needs one.")
    smtp_password: SecretStr | None = Field(default=None, description="Password for SMTP authentication.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        default="none", description="How the SMTP connection is secured."
    )
    email_from: str = Field(default="Waitline <hello@waitline.example>", description="The default sender of e-mail.")
    twilio_account_sid: str = Field(default=NO_TWILIO_ACCOUNT, description="Twilio account for SMS.")
    twilio_auth_token: SecretStr = Field(
        default=SecretStr("local-twilio-double"), description="Twilio's token; also checks its signed callbacks."
    )
    twilio_base_url: str | None = Field(
        default=None, description="Where Twilio's HTTP API lives; set to the local double under `waitline up`."
    )
    sms_from: str = Field(default="+15005550006", description="The default sender of SMS, in E.164.")
    fcm_service_account: SecretStr | None = Field(
        default=None, description="Firebase service account for mobile push: its JSON key, or the path of that file."
    )
    fcm_base_url: str | None = Field(
        default=None, description="Where FCM's HTTP API lives; set to the local double under `waitline up`."
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="Signs the webhooks that journeys call (Standard Webhooks): whsec_ and base64."
    )
    sendgrid_public_key: str | None = Field(
        default=None, description="The verification key of SendGrid's Event Webhook, which signs its reports."
    )
    mailgun_signing_key: SecretStr | None = Field(
        default=None, description="Mailgun's webhook signing key, which signs its reports."
    )
    postmark_secret: SecretStr | None = Field(
        default=None, description="The password in the webhook address that Postmark was given."
    )
    ses_topic_arn: str | None = Field(default=None, description="The SNS topic that Amazon SES reports to.")
    open_pixel: bool = Field(
        default=True, description="Put an invisible picture into e-mail that tells when it is opened."
    )
    oidc_issuer: str | None = Field(
        default=None, description="The provider of single sign-on: its issuer address, as OpenID Connect calls it."
    )
    oidc_client_id: str = Field(default="waitline", description="What Waitline is called at the provider.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Its secret there; none for public clients.")
    oidc_name: str = Field(default="single sign-on", description="What the button on the sign-in page calls it.")
    oidc_trusts_addresses: bool = Field(
        default=False, description="Take the provider's e-mail addresses as verified though it does not say so."
    )
    copy_assistant: str | None = Field(
        default=None, description="Who drafts texts: `chat_completions`, or one that was installed; nobody when unset."
    )
    copy_assistant_url: str | None = Field(
        default=None, description="Where it answers: an address that understands OpenAI's chat completions, up to /v1."
    )
    copy_assistant_model: str | None = Field(default=None, description="The model that it asks for.")
    copy_assistant_key: SecretStr | None = Field(default=None, description="Its key, when it needs one.")
    waitlist_retention: timedelta | None = Field(
        default=timedelta(days=90), description="How long a waitlist entry stays open; a source may say otherwise."
    )
    worker_processes: int = Field(default=2, ge=1, description="Workers that `waitline up` starts; one a core is best.")
    release_lanes: int = Field(
        default=2, ge=1, le=16, description="Batches of one release under way at a time, each in a worker of its own."
    )
    release_concurrency: int = Field(
        default=28, ge=1, le=64, description="Enrollments that a release starts at the same time in one worker."
    )
    demo: bool = Field(default=True, description="Seed and serve the demo shop under `waitline up`.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")

    @property
    def resolved_database_url(self) -> str:
        """The database URL, with the file in `home` as the default."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.home / 'waitline.db').absolute()}"

    @property
    def resolved_public_url(self) -> str:
        """The address under which browsers reach the API, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def vault_secrets(self) -> tuple[str, ...]:
        """What seals at rest, the newest first; what signs links where nothing else is set."""
        chosen = self.encryption_key or self.secret_key
        return () if chosen is None else tuple(chosen.get_secret_value().replace(",", " ").split())

    @property
    def ready_channels(self) -> frozenset[str]:
        """The channels with a provider. Web push and e-mail always have one: no part starts without."""
        has_twilio = self.twilio_base_url is not None or self.twilio_account_sid != NO_TWILIO_ACCOUNT
        provided = {
            "sms": has_twilio,
            "webhook": self.webhook_secret is not None,
            "mobile_push": self.fcm_service_account is not None,
        }
        return frozenset({"web_push", "email", *(channel for channel, is_ready in provided.items() if is_ready)})

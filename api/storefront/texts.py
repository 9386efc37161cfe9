"""The words of the widget, by locale, and the version of those that a shopper agrees to.

A *terms* text states channel, frequency and how to stop; *expiry* states until when. Consent records name them by
``CONSENT_TEXT_VERSION``: a change of any of these words takes a new version (a test compares the fingerprint).
Placeholders: ``{days}`` the retention, ``{product}`` what is waited for, ``{contact}`` the address that was given.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

CONSENT_TEXT_VERSION = "2026-11-22"
CONSENT_TEXTS = ("web_push_terms", "email_terms", "sms_terms", "expiry", "no_expiry")

ENGLISH = {
    "button": "Notify me when it’s back",
    "waiting": "We’ll let you know",
    "title": "Shall we let you know?",
    "intro": "{product} is sold out right now.",
    "choose": "How may we reach you?",
    "web_push": "On this device",
    "web_push_terms": "One browser notification when it is back, nothing else. No address needed.",
    "email": "By e-mail",
    "email_terms": "One e-mail when it is back, no newsletter. Unsubscribe from it with one click.",
    "email_label": "E-mail address",
    "sms": "By text message",
    "sms_terms": "One text message when it is back, nothing else. Reply STOP to end it.",
    "sms_label": "Mobile number with country code, such as +44",
    "expiry": "Your request ends after {days} days.",
    "no_expiry": "Your request stays open until you end it.",
    "submit": "Notify me",
    "cancel": "Not now",
    "close": "Close",
    "done_web_push": "You’re on the list. This device will show a notification as soon as it is back.",
    "done_email": "You’re on the list. We will write to {contact} as soon as it is back.",
    "done_sms": "You’re on the list. We will text {contact} as soon as it is back.",
    "invalid_email": "That does not look like an e-mail address. Please check it.",
    "invalid_sms": "That does not look like a mobile number. Please check it, country code included.",
    "denied": "Your browser blocks notifications from this shop. Allow them beside the address bar, "
    "or choose another way.",
    "push_failed": "Your browser could not turn notifications on. Please choose another way.",
    "failed": "That did not work. Please try again in a moment.",
}

GERMAN = {
    "button": "Sag mir, wenn es wieder da ist",
    "waiting": "Wir melden uns",
    "title": "Sollen wir uns melden?",
    "intro": "{product} ist gerade ausverkauft.",
    "choose": "Wie dürfen wir dich erreichen?",
    "web_push": "Auf diesem Gerät",
    "web_push_terms": "Eine Browser-Benachrichtigung, sobald es wieder da ist, sonst nichts. Ohne Adresse.",
    "email": "Per E-Mail",
    "email_terms": "Eine E-Mail, sobald es wieder da ist, kein Newsletter. Abmelden mit einem Klick.",
    "email_label": "E-Mail-Adresse",
    "sms": "Per SMS",
    "sms_terms": "Eine SMS, sobald es wieder da ist, sonst nichts. Abmelden mit der Antwort STOP.",
    "sms_label": "Mobilnummer mit Ländervorwahl, etwa +49",
    "expiry": "Dein Wunsch endet nach {days} Tagen.",
    "no_expiry": "Dein Wunsch gilt, bis du ihn beendest.",
    "submit": "Benachrichtigen",
    "cancel": "Nicht jetzt",
    "close": "Schließen",
    "done_web_push": "Du stehst auf der Liste. Dieses Gerät zeigt eine Benachrichtigung, sobald es wieder da ist.",
    "done_email": "Du stehst auf der Liste. Wir schreiben an {contact}, sobald es wieder da ist.",
    "done_sms": "Du stehst auf der Liste. Wir schicken eine SMS an {contact}, sobald es wieder da ist.",
    "invalid_email": "Das sieht nicht nach einer E-Mail-Adresse aus. Bitte prüfe sie.",
    "invalid_sms": "Das sieht nicht nach einer Mobilnummer aus. Bitte prüfe sie, mit Ländervorwahl.",
    "denied": "Dein Browser blockiert Benachrichtigungen dieses Shops. Erlaube sie neben der Adresszeile, "
    "oder wähle einen anderen Weg.",
    "push_failed": "Dein Browser konnte Benachrichtigungen nicht einschalten. Bitte wähle einen anderen Weg.",
    "failed": "Das hat nicht geklappt. Bitte versuche es gleich noch einmal.",
}

TEXTS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN}


def consent_fingerprint() -> str:
    """A fingerprint of all words that consent rests on, in every locale."""
    agreed = {locale: {key: texts[key] for key in CONSENT_TEXTS} for locale, texts in TEXTS.items()}
    return sha256(json.dumps(agreed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]

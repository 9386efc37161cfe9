/** Who she is and how to reach her, each with a button that copies it. */
import { ActionIcon, Button, CopyButton, Tooltip } from "@mantine/core";
import { AtSign, Check, Clock, Copy, Fingerprint, Globe, Hash, HelpCircle, type LucideIcon, Phone } from "lucide-react";
import { Link } from "react-router";

import type { Profile } from "../client/types";
import { Moment } from "../shell/Moment";
import { clockWords, dateWords } from "../texts/times";
import { t } from "../texts/texts";
import { displayName } from "./identity";
import { Picture } from "./Picture";
import { Privacy } from "./Privacy";
import styles from "./ProfilePage.module.css";
import { useNow } from "../shell/useNow";
import { ActButton } from "../why/ActButton";
import { allowAgain, suppressProfile } from "../why/acts";

export function ProfileHeader({ profile }: { profile: Profile }) {
  const { email, phone, external_id, anonymous_id, timezone, locale, suppressed } = profile;
  const canSuppress = suppressed.by_staff + suppressed.otherwise < suppressed.addresses;
  return (
    <header className={styles.header}>
      <Picture profile={profile} size="lg" />
      <div>
        <h1>{displayName(profile)}</h1>
        <p>
          <Moment at={profile.created_at} zone={timezone}>
            {t("profile.since", { date: dateWords(profile.created_at) })}
          </Moment>
        </p>
      </div>
      <div className={styles.acts}>
        <Button
          component={Link}
          to={`/people/${encodeURIComponent(profile.id)}/why`}
          variant="default"
          size="xs"
          leftSection={<HelpCircle size={15} aria-hidden="true" />}
        >
          {t("why.open")}
        </Button>
        {canSuppress && (
          <ActButton label={t("acts.suppress")} detail={t("acts.suppressDetail")} onAct={(reason) => suppressProfile(profile.id, reason)} />
        )}
        {suppressed.by_staff > 0 && (
          <ActButton label={t("acts.allow")} detail={t("acts.allowDetail")} onAct={(reason) => allowAgain(profile.id, reason)} />
        )}
        <Privacy profileId={profile.id} />
      </div>
      <ul className={styles.facts}>
        <Fact icon={AtSign} label={t("profile.email")} value={email} />
        <Fact icon={Phone} label={t("profile.phone")} value={phone} />
        <Fact icon={Hash} label={t("profile.externalId")} value={external_id} isCode />
        <Fact icon={Fingerprint} label={t("profile.anonymousId")} value={anonymous_id} isCode />
        <Fact icon={Globe} label={t("profile.locale")} value={locale} />
        {timezone != null && <LocalTime zone={timezone} />}
      </ul>
    </header>
  );
}

interface FactProps {
  icon: LucideIcon;
  label: string;
  value: string | null | undefined;
  isCode?: boolean;
}

function Fact({ icon: Icon, label, value, isCode = false }: FactProps) {
  if (value == null) return null;
  return (
    <li title={label}>
      <Icon size={14} aria-hidden="true" />
      <span className="sr-only">{label}</span>
      <span className={isCode ? "mono" : undefined}>{value}</span>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("profile.copied") : t("profile.copy", { what: label })}>
            <ActionIcon variant="subtle" color="gray" size={22} onClick={copy} aria-label={t("profile.copy", { what: label })}>
              {copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </li>
  );
}

function LocalTime({ zone }: { zone: string }) {
  const clock = clockWords(useNow().toISOString(), zone).slice(0, 5);
  return (
    <li title={t("profile.timezone")}>
      <Clock size={14} aria-hidden="true" />
      <span>{t("profile.localTime", { clock, zone })}</span>
    </li>
  );
}

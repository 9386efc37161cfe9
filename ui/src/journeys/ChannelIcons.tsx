/** The channels that a journey speaks on. */
import type { Channel } from "../client/types";
import { CHANNEL_ICONS } from "../nodes/channels";
import { nameOf } from "../texts/texts";
import { listWords } from "../texts/words";

export function ChannelIcons({ channels }: { channels: readonly Channel[] }) {
  const names = listWords(channels.map((channel) => nameOf("channel", channel)));
  return (
    <span role="img" aria-label={names} title={names}>
      {channels.map((channel) => {
        const Icon = CHANNEL_ICONS[channel];
        return <Icon key={channel} size={15} strokeWidth={1.8} aria-hidden="true" />;
      })}
    </span>
  );
}

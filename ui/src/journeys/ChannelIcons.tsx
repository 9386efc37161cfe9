/** The channels that a journey speaks on. */
import type { Channel } from "../client/types";
import { channelIcon, channelName } from "../nodes/channels";
import { listWords } from "../texts/words";

export function ChannelIcons({ channels }: { channels: readonly Channel[] }) {
  if (channels.length === 0) return null;
  const names = listWords(channels.map(channelName));
  return (
    <span role="img" aria-label={names} title={names}>
      {channels.map((channel) => {
        const Icon = channelIcon(channel);
        return <Icon key={channel} size={15} strokeWidth={1.8} aria-hidden="true" />;
      })}
    </span>
  );
}

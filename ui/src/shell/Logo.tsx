/** The mark: a line of dots, one of them lit. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="2.75" cy="12" r="2.25" fill="currentColor" opacity="0.3" />
      <circle cx="9.25" cy="12" r="2.25" fill="currentColor" opacity="0.55" />
      <circle cx="18.25" cy="12" r="4.75" fill="var(--accent-lit)" />
    </svg>
  );
}

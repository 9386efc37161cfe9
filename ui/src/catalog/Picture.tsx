/** A variant's picture; a quiet box where there is none, or where it does not load. */
import { Package } from "lucide-react";
import { useState } from "react";

import styles from "./Picture.module.css";

export function Picture({ src, size }: { src: string | null; size: number }) {
  const [isBroken, setBroken] = useState(false);
  return (
    <span className={styles.frame} style={{ width: size, height: size }} aria-hidden="true">
      {src === null || isBroken ? (
        <Package size={size * 0.45} strokeWidth={1.6} />
      ) : (
        <img src={src} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => setBroken(true)} />
      )}
    </span>
  );
}

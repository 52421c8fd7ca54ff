import styles from './parts.module.css';

type ClassChipProps = { readonly name: string; readonly colour: string; readonly note?: string | undefined };

/** A class by colour and name; colour is never the only sign. */
export function ClassChip({ name, colour, note }: ClassChipProps) {
  return (
    <span className={styles.chip}>
      <ColourDot colour={colour} />
      <span className={styles.chipName}>{name}</span>
      {note !== undefined && <span className={styles.chipNote}>{note}</span>}
    </span>
  );
}

type ColourDotProps = { readonly colour: string };

export function ColourDot({ colour }: ColourDotProps) {
  return (
    <svg className={styles.dot} viewBox="0 0 10 10" aria-hidden="true">
      <circle cx="5" cy="5" r="4.5" fill={colour} />
    </svg>
  );
}

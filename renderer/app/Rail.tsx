import { useCommand } from '../lib/client/hooks.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { nextStep } from '../lib/next-step.ts';
import { routeHash } from '../lib/router.ts';
import styles from './Shell.module.css';
import { type ViewEntry, type ViewId, views } from './views.ts';

type RailProps = { readonly current: ViewId };

/** The places of the program: three steps, the book of runs, settings. */
export function Rail({ current }: RailProps) {
  const t = useText('app');
  const summary = useCommand('project.summary', {}).data;
  const isReadOnly = useCommand('project.info', {}).data?.readOnly === true;
  const next = summary === undefined || isReadOnly ? null : nextStep(summary);
  const links = (group: string) =>
    views
      .filter(({ rail }) => rail?.group === group)
      .map((entry) => (
        <RailLink key={entry.id} entry={entry} isCurrent={entry.id === current} isNext={entry.id === next} />
      ));
  return (
    <nav className={styles.rail} aria-label={t('navigation')}>
      {links('steps')}
      <div className={styles.railGap} />
      {links('book')}
      <div className={styles.railPush} />
      {links('end')}
    </nav>
  );
}

type RailLinkProps = { readonly entry: ViewEntry; readonly isCurrent: boolean; readonly isNext: boolean };

function RailLink({ entry, isCurrent, isNext }: RailLinkProps) {
  const t = useText('app');
  if (entry.rail === null) return null;
  const Icon = entry.rail.icon;
  const isHinted = isNext && !isCurrent; // told as the link's description, so that its name stays
  return (
    <a
      className={styles.railLink}
      href={routeHash([entry.id])}
      aria-current={isCurrent ? 'page' : undefined}
      title={isHinted ? t('nextStep') : undefined}
    >
      <Icon size={22} stroke={1.6} aria-hidden />
      {t(entry.id)}
      {isHinted && (
        <span className={styles.railNext} aria-hidden>
          {t('nextStep')}
        </span>
      )}
    </a>
  );
}

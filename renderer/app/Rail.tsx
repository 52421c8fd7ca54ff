import { useText } from '../lib/i18n/i18n.ts';
import { routeHash } from '../lib/router.ts';
import styles from './Shell.module.css';
import { type ViewEntry, type ViewId, views } from './views.ts';

type RailProps = { readonly current: ViewId };

/** The places of the program: three steps, the book of runs, settings. */
export function Rail({ current }: RailProps) {
  const t = useText('app');
  const links = (group: string) =>
    views
      .filter(({ rail }) => rail?.group === group)
      .map((entry) => <RailLink key={entry.id} entry={entry} isCurrent={entry.id === current} />);
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

type RailLinkProps = { readonly entry: ViewEntry; readonly isCurrent: boolean };

function RailLink({ entry, isCurrent }: RailLinkProps) {
  const t = useText('app');
  if (entry.rail === null) return null;
  const Icon = entry.rail.icon;
  return (
    <a className={styles.railLink} href={routeHash([entry.id])} aria-current={isCurrent ? 'page' : undefined}>
      <Icon size={22} stroke={1.6} aria-hidden />
      {t(entry.id)}
    </a>
  );
}

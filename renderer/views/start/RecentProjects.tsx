import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { findShell } from '../../lib/client/connection.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './start.module.css';

const MOST_SHOWN = 5;

/** Projects opened before; in the desktop app only, since a browser's host serves one project. */
export function RecentProjects() {
  const t = useText('start');
  const format = useFormat();
  const shell = findShell();
  const folder = useCommand('project.info', {}).data?.folder;
  const recent = useQuery({
    queryKey: ['shell.recent-projects'],
    enabled: shell !== null,
    queryFn: () => shell!.recentProjects(),
  });
  if (shell === null) return null;
  const others = (recent.data ?? []).filter((one) => one.isThere && one.folder !== folder).slice(0, MOST_SHOWN);
  return (
    <section className={styles.recent} aria-labelledby="start-recent">
      <div className={styles.recentHead}>
        <h3 id="start-recent" className={styles.cardTitle}>
          {t('projects')}
        </h3>
        <Button size="compact-sm" variant="default" onClick={() => void shell.openProject()}>
          {t('openProject')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void shell.newProject()}>
          {t('newProject')}
        </Button>
      </div>
      <ul className={styles.recentList}>
        {others.map(({ folder: place, name, openedAt }) => (
          <li key={place}>
            <button type="button" className={styles.recentRow} onClick={() => void shell.openProject(place)}>
              <span className={styles.recentName}>{name}</span>
              <span className={styles.recentFolder}>{place}</span>
              <span className={styles.quiet} title={format.dateTime(openedAt)}>
                {format.relative(openedAt, Date.now())}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

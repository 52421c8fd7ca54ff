import { Button, Group } from '@mantine/core';
import { ClassName } from '../../../shared/domain/ids.ts';
import { useAction, useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import styles from './sort.module.css';

type SettleProps = {
  readonly path: string;
  readonly classes: readonly string[];
  readonly onDone: () => void;
};

/** For a photo that a sort left for review: which class it is. It goes to that folder, and into the project with the label. */
export function Settle({ path, classes, onDone }: SettleProps) {
  const t = useText('use');
  const settling = useAction('sort.settle');
  const sort = useCommand('sort.list', {}).data?.sorts.find(
    ({ reviewFolder, state }) => state !== 'undone' && reviewFolder !== null && isBelow(path, reviewFolder),
  );
  if (sort === undefined) return null;
  const settle = (name: string): void =>
    settling.mutate(
      { sortId: sort.sortId, path, className: ClassName.parse(name) },
      {
        onSuccess: () => {
          notifyDone(t('sort.settled', { name }));
          onDone();
        },
      },
    );
  return (
    <fieldset className={styles.settle}>
      <legend>{t('sort.itIs')}</legend>
      <Group gap="xs">
        {classes.map((name) => (
          <Button key={name} size="xs" variant="default" disabled={settling.isPending} onClick={() => settle(name)}>
            {name}
          </Button>
        ))}
      </Group>
    </fieldset>
  );
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`);
}

/** Messages that float: what went wrong (with details to copy), what was done (with a way back). */
import { Anchor, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Failure } from '../../shared/contract/errors.ts';
import { copyText } from './clipboard.ts';
import { textOf } from './i18n/i18n.ts';
import { useSaid } from './i18n/use-said.ts';

const UNDO_MS = 8000;

/** Shows a failure: its kind in the person's language, the host's words, and a button that copies both. */
export function notifyFailure(failure: Failure): void {
  if (failure.code === 'CANCELLED') return; // the person asked for it
  const title = textOf('errors')(failure.code);
  const t = textOf('app');
  notifications.show({
    title,
    color: 'red',
    autoClose: false,
    withBorder: true,
    closeButtonProps: { 'aria-label': t('close') },
    message: (
      <>
        <Text size="sm" lineClamp={8} c="var(--mantine-color-text)">
          <FirstLine text={failure.message} />
        </Text>
        <Anchor component="button" size="sm" onClick={() => copyText(`${failure.code}: ${title}\n${failure.message}`)}>
          {t('copyDetails')}
        </Anchor>
      </>
    ),
  });
}

/** What the host said first; in Chinese once its sentences are there. */
function FirstLine({ text }: { readonly text: string }) {
  return useSaid()(text).split('\n')[0];
}

/** Says that something was done. */
export function notifyDone(title: string, message = ''): void {
  notifications.show({ title, message, withBorder: true, closeButtonProps: { 'aria-label': textOf('app')('close') } });
}

/** Says what was done, with a way back instead of a question before it; it does not go while the keyboard is on it. */
export function offerUndo(message: string, onUndo: () => void): void {
  const t = textOf('app');
  const id = `undo-${performance.now()}`;
  const undo = (): void => {
    notifications.hide(id);
    onUndo();
  };
  const shown = {
    id,
    withBorder: true,
    closeButtonProps: { 'aria-label': t('close') },
    onFocus: () => void notifications.update({ ...shown, autoClose: false }),
    onBlur: () => void notifications.update({ ...shown, autoClose: UNDO_MS }),
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="light" onClick={undo}>
          {t('undo')}
        </Button>
      </Group>
    ),
  };
  notifications.show({ ...shown, autoClose: UNDO_MS });
}

import { Button, Code } from '@mantine/core';
import { useAction } from '../../lib/client/hooks.ts';
import { copyText } from '../../lib/clipboard.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { Panel } from '../../parts/Panel.tsx';
import styles from './settings.module.css';

/** What to send with a question or a bug: shown before it is copied, never sent by Thaw. */
export function ReportPanel() {
  const t = useText('settings');
  const make = useAction('machine.report');
  const text = make.data?.text;
  const copy = async (shown: string): Promise<void> => {
    await copyText(shown);
    notifyDone(t('reportCopied'));
  };
  return (
    <Panel title={t('report')}>
      <div className={styles.stack}>
        <p className={styles.quiet}>{t('reportHint')}</p>
        <div className={styles.line}>
          <Button size="compact-sm" variant="default" loading={make.isPending} onClick={() => make.mutate({})}>
            {t('makeReport')}
          </Button>
          {text !== undefined && (
            <Button size="compact-sm" variant="default" onClick={() => void copy(text)}>
              {t('copyReport')}
            </Button>
          )}
        </div>
        {text !== undefined && (
          <Code block tabIndex={0} role="group" aria-label={t('reportText')} className={styles.report}>
            {text}
          </Code>
        )}
      </div>
    </Panel>
  );
}

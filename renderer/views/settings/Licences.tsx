import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../lib/i18n/i18n.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Loading } from '../../parts/Loading.tsx';
import styles from './settings.module.css';

type Licence = { readonly title: string; readonly texts: readonly string[] };

/** What Thaw is made of, with the words of each licence, from the page that the build wrote. */
export function Licences() {
  const t = useText('settings');
  const app = useText('app');
  const [isOpen, setIsOpen] = useState(false);
  const licences = useQuery({ queryKey: ['licences'], queryFn: readLicences, enabled: isOpen });
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setIsOpen(true)}>
        {t('licences')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setIsOpen(false)}
        title={t('licences')}
        size="lg"
        closeButtonProps={{ 'aria-label': app('close') }}
      >
        {licences.isPending && <Loading />}
        {licences.isError && (
          <Banner tone="danger" role="alert">
            {t('licencesMissing')}
          </Banner>
        )}
        {licences.data?.map(({ title, texts }) => (
          <details key={title} className={styles.licence}>
            <summary>{title}</summary>
            {texts.map((text) => (
              <pre key={text} className={styles.report}>
                {text}
              </pre>
            ))}
          </details>
        ))}
      </Modal>
    </>
  );
}

/** Rejects where the page is not there: a build that was not finished. */
async function readLicences(): Promise<readonly Licence[]> {
  const response = await fetch('licences.html');
  if (!response.ok) throw new Error(`licences.html: HTTP ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return [...page.querySelectorAll('details')].map((part) => ({
    title: part.querySelector('summary')?.textContent ?? '',
    texts: [...new Set([...part.querySelectorAll('pre')].map(({ textContent }) => textContent ?? ''))],
  }));
}

import { useText } from './i18n/i18n.ts';

/** What computes, as the engine names it, with the words between in the person's language. */
export function useDeviceText(): (device: string) => string {
  const t = useText('app');
  return (device) =>
    device.replace(/(\d+) threads?\b/g, (_, threads: string) =>
      t('threads', { count: Number(threads), shown: threads }),
    );
}

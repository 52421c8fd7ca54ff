/** What a page may not do: permissions, navigation, new windows, web views, requests to other machines. */
import { app, type Session, shell, type WebContents } from 'electron';
import { APP_ORIGIN } from './protocols.ts';

/** Where a click may lead, in the person's own browser: the papers that the interface cites, and the project's page. */
const LINK_HOSTS: readonly string[] = ['arxiv.org', 'doi.org', 'github.com'];

/** To be called before the first window is made. */
export function hardenApp(): void {
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
}

export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, allow) => allow(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false); // it would fetch dictionaries
  const urls = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*'];
  session.webRequest.onBeforeRequest({ urls }, (_details, decide) => decide({ cancel: true }));
}

function hardenContents(contents: WebContents): void {
  contents.on('will-navigate', (event, url) => {
    if (!isOwnPage(url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isAllowedLink(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** A reload of the page itself; routes are in the fragment and navigate nowhere. */
export function isOwnPage(url: string): boolean {
  return url === `${APP_ORIGIN}/index.html` || url.startsWith(`${APP_ORIGIN}/index.html#`);
}

export function isAllowedLink(url: string): boolean {
  try {
    const { protocol, hostname, username } = new URL(url);
    return protocol === 'https:' && username === '' && LINK_HOSTS.includes(hostname);
  } catch {
    return false;
  }
}

/** Who may ask the loopback server: one browser a link, from pages of this server only. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isSameSecret } from '../transports/token.ts';

const MAX_SESSIONS = 16; // browsers let in; a seventeenth replaces the first

export type Admission = {
  /** The token of the next link. Whoever shows it is let in, once. */
  readonly token: () => string;
  /** The cookie for a right token, which is then used up; null for a wrong one. */
  readonly exchange: (token: string) => string | null;
  readonly isAdmitted: (request: IncomingMessage) => boolean;
};

/** Cookies know no ports: the name keeps two servers of one machine apart. */
export function createAdmission(port: number): Admission {
  const name = `thaw-${port}`;
  const sessions: string[] = [];
  const secret = (): string => randomBytes(32).toString('hex');
  let token = secret();
  return {
    token: () => token,
    exchange: (given) => {
      if (!isSameSecret(given, token)) return null;
      token = secret();
      const session = secret();
      sessions.push(session);
      if (sessions.length > MAX_SESSIONS) sessions.shift();
      return `${name}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isAdmitted: ({ headers }) => {
      const given = readCookie(headers.cookie ?? '', name);
      return given !== null && sessions.some((session) => isSameSecret(given, session));
    },
  };
}

function readCookie(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}

/** Whether a request names this server as its host: DNS that was bent to 127.0.0.1 names another one. */
export function isOwnHost({ headers }: IncomingMessage, port: number): boolean {
  return headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`;
}

/** Whether a request comes from a page of this server, or, where `needsOrigin` is false, from nobody's page. */
export function isOwnOrigin({ headers }: IncomingMessage, needsOrigin: boolean): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (headers.origin === undefined) return !needsOrigin;
  return headers.origin === `http://${headers.host}`;
}

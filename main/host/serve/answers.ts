/** What every answer of the loopback server carries, and its short refusals. */
import type { ServerResponse } from 'node:http';
import { type Language, languageOfLocale } from '../../../shared/domain/language.ts';

/** Nothing inline, nothing from elsewhere; connections to this server only. */
export function securityHeaders(port: number): Readonly<Record<string, string>> {
  const sockets = `ws://127.0.0.1:${port} ws://localhost:${port}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self' ${sockets}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=()',
  };
}

const texts: Readonly<Record<number, Readonly<Record<Language, string>>>> = {
  400: { en: 'This request is not understood.', 'zh-CN': '无法理解此请求。' },
  401: {
    en: 'Open the address that `thaw serve` printed: it lets one browser in.',
    'zh-CN': '请打开 `thaw serve` 显示的地址：每个地址可让一个浏览器进入。',
  },
  403: { en: 'Only pages of this server may ask.', 'zh-CN': '只有本服务器的页面可以发出请求。' },
  404: { en: 'There is nothing here.', 'zh-CN': '这里没有内容。' },
  405: { en: 'This is not how to ask for it.', 'zh-CN': '不能用这种方式请求。' },
  411: { en: 'Say how long the file is.', 'zh-CN': '请说明文件的长度。' },
  413: { en: 'This is too large.', 'zh-CN': '内容过大。' },
  429: { en: 'Too many requests. Ask more slowly.', 'zh-CN': '请求过多。请放慢速度。' },
  500: { en: 'This failed.', 'zh-CN': '操作失败。' },
  507: { en: 'The disk is full.', 'zh-CN': '磁盘已满。' },
};

/** A plain sentence in the browser's language; nothing of the request is repeated. */
export function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  // what is left of a body is not read: the connection ends with the answer
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(status >= 400 && { Connection: 'close' }),
  });
  const language = languageOfLocale(favouriteLanguage(response.req.headers['accept-language'] ?? ''));
  response.end(`${texts[status]?.[language] ?? ''}\n`);
}

/** The language that an Accept-Language header wants most: 'zh-CN' of 'en;q=0.5, zh-CN'. */
function favouriteLanguage(header: string): string {
  const wishes = header.split(',').map((wish) => {
    const [locale = '', weight = '1'] = wish.split(/;\s*q=/);
    return { locale: locale.trim(), weight: Number(weight) || 0 };
  });
  return wishes.reduce((best, wish) => (wish.weight > best.weight ? wish : best)).locale;
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}

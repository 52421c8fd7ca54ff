import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaPath } from '../../shared/contract/media.ts';
import { answer, CONTENT_SECURITY_POLICY, findAppFile, findPicture } from './served-files.ts';

const SHA = 'a1'.repeat(32);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-served-'));
  mkdirSync(join(folder, 'interface', 'assets'), { recursive: true });
  mkdirSync(join(folder, 'project', 'thumbs'), { recursive: true });
  writeFileSync(join(folder, 'interface', 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'interface', 'assets', 'index-Ab_9-x.js'), 'one');
  writeFileSync(join(folder, 'project', 'thumbs', `${SHA}.jpg`), 'picture');
  writeFileSync(join(folder, 'secret.json'), 'secret');
  writeFileSync(join(folder, 'project', 'secret.jpg'), 'secret');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('app://', () => {
  it('answers the page and its parts with their types, nothing inline and no sniffing', async () => {
    const page = await answer(findAppFile(join(folder, 'interface'), '/'));
    expect([page.status, page.headers['Content-Type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['Content-Security-Policy']).toBe(CONTENT_SECURITY_POLICY);
    expect(page.headers['X-Content-Type-Options']).toBe('nosniff');
    expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
    const script = await answer(findAppFile(join(folder, 'interface'), '/assets/index-Ab_9-x.js'));
    expect([script.status, script.body.toString()]).toEqual([200, 'one']);
  });

  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/..\\secret.json',
    '//secret.json',
    '/./../secret.json',
    '/C:/secret.json',
    '/secret.json\0.html',
    '/.hidden.json',
    '/assets',
    '/missing.js',
  ])('fault 16: %s is not found', async (path) => {
    const { status, body } = await answer(findAppFile(join(folder, 'interface'), path));
    expect([status, body.toString()]).toEqual([404, 'Not found']);
  });
});

describe('thumb://', () => {
  it('answers a picture of the open project', async () => {
    const { status, headers, body } = await answer(findPicture(join(folder, 'project'), mediaPath('thumb', SHA)));
    expect([status, headers['Content-Type'], body.toString()]).toEqual([200, 'image/jpeg', 'picture']);
  });

  it.each([
    '/thumb/../secret.jpg',
    `/thumb/${SHA.toUpperCase()}`,
    `/thumb/${SHA}.jpg`,
    `/thumb/${SHA}/../../secret`,
    '/thumb/..%2fsecret',
    `/other/${SHA}`,
    `/view/${'b2'.repeat(32)}`,
    '/',
  ])('fault 16: %s is not found', async (path) => {
    expect((await answer(findPicture(join(folder, 'project'), path))).status).toBe(404);
  });

  it('answers nothing where no project is open', async () => {
    expect((await answer(findPicture(null, mediaPath('thumb', SHA)))).status).toBe(404);
  });
});

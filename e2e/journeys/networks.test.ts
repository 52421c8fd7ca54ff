/** The networks through the command line, and a drawing of one. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { networks } from '../../shared/networks/registry.ts';
import { thaw, thawJson } from '../fixtures/thaw-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'thaw-networks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('lists every network with its parameters', async () => {
  const rows = await thawJson<{ network: string; parameters: number }[]>('networks');
  expect(rows.map(({ network }) => network)).toEqual(Object.keys(networks));
  expect(rows.find(({ network }) => network === 'lenet5')?.parameters).toBe(61_706); // 60 thousand, as published
});

it('draws one, frozen through a stage', async () => {
  const file = join(folder, 'googlenet.svg');
  const { stdout } = await thaw('networks', 'googlenet', '--freeze', 'inception4b', '--svg', file);
  expect(stdout).toContain('inception5b  Inception 5b');
  const drawing = readFileSync(file, 'utf8');
  expect(drawing).toContain('data-stage="inception4b" data-state="frozen"');
  expect(drawing).toContain('data-stage="inception4c" data-state="learning"');
});

it('shows one stage by stage, with what is frozen', async () => {
  const { stdout } = await thaw('networks', 'lenet5', '--freeze', 'pool2');
  expect(stdout).toMatch(/pool2 +Convolution 2 +frozen +16 x 5 x 5 +2,572 +357,600\nfc1 +Dense 1 +learning/);
  const { stdout: all } = await thaw('networks', 'lenet5', '--freeze', 'all');
  expect(all).not.toContain('learning');
  const { code, stderr } = await thaw('networks', 'lenet5', '--freeze', 'pool9');
  expect([code, stderr]).toEqual([1, expect.stringContaining("no stage 'pool9'")]);
});

it('draws none where none is named', async () => {
  const { code, stderr } = await thaw('networks', '--svg', join(folder, 'all.svg'));
  expect([code, stderr]).toEqual([1, expect.stringContaining('Name the network that is to be drawn')]);
});

it('refuses a network that there is not', async () => {
  const { code, stderr } = await thaw('networks', 'resnet9000');
  expect(code).toBe(1);
  expect(stderr).toContain("no network 'resnet9000'");
});

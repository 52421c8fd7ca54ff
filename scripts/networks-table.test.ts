import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { networks } from '../shared/networks/registry.ts';
import { readSpeeds } from './networks-table/speeds.ts';
import { networksTable, withTable } from './networks-table/table.ts';

const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');

describe('the table of networks in the README', () => {
  it('is the one of today: npm run networks-table writes it anew', () => {
    expect(readme).toBe(withTable(readme, readSpeeds()));
  });

  it('has a row for every network, with figures that are known from the papers', () => {
    const rows = networksTable({ vgg16: 123.4 }).split('\n');
    expect(rows).toHaveLength(2 + Object.keys(networks).length);
    const vgg = rows.find((row) => row.includes('`vgg16`'));
    expect(vgg).toMatch(/\| 138 M \| 15.5 G \| 71.6 \|.*\| 120 \|/); // 138 M parameters, 15.5 G multiplications
    expect(rows.find((row) => row.includes('`lenet5`'))).toMatch(/\| 61.7 K \|/);
  });

  it('cannot be lost without a word', () => {
    expect(() => withTable('no marks', {})).toThrow(/has no/);
  });
});

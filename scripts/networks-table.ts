/** Writes the table of networks into the README: npm run networks-table */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readSpeeds } from './networks-table/speeds.ts';
import { withTable } from './networks-table/table.ts';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));
writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), readSpeeds()));

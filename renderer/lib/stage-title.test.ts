import { describe, expect, it } from 'vitest';
import { networks } from '../../shared/networks/registry.ts';
import { chinese, english } from '../locales/namespaces.ts';
import { stageKind } from './stage-title.ts';

const titles = [...new Set(Object.values(networks).flatMap((make) => make().stages.map(({ title }) => title)))];

describe('titles of stages', () => {
  it('are known of every network, and their English text is the title itself', () => {
    for (const title of [...titles, 'Softmax']) {
      const known = stageKind(title);
      if (known === null) throw new Error(`'${title}' has no words in renderer/lib/stage-title.ts`);
      const { kind, a, b } = known;
      expect(english.app.stages[kind].replace('{{a}}', a).replace('{{b}}', b)).toBe(title);
    }
  });

  it('are Chinese in Chinese, but for the names of modules', () => {
    for (const [kind, text] of Object.entries(chinese.app.stages))
      expect([kind, /\p{Script=Han}/u.test(text)]).toEqual([kind, !['inception', 'mixed', 'softmax'].includes(kind)]);
  });
});

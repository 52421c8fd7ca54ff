import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createSaid } from '../../renderer/lib/i18n/said.ts';
import { schema } from '../../renderer/locales/zh-CN/said/schema.ts';
import { templates } from '../../renderer/locales/zh-CN/said/templates.ts';
import { collectTemplates, templatesIn } from './collect.ts';

const sources = collectTemplates(fileURLToPath(new URL('../..', import.meta.url)));
const holesIn = (text: string): readonly string[] => [...text.matchAll(/\{\d+\}/g)].map(([hole]) => hole).sort();
const say = createSaid(templates);

describe('the sentences of the host in Chinese', () => {
  it('are there for every sentence that can reach a person', () => {
    const missing = [...sources].filter(([english]) => !Object.hasOwn(templates, english));
    expect(missing.map(([english, files]) => `${files[0]}: ${english}`)).toEqual([]);
    expect(sources.size).toBeGreaterThan(600);
  });

  it('have a source each', () => {
    const ofZod = (english: string): boolean => Object.hasOwn(schema, english);
    expect(Object.keys(templates).filter((english) => !sources.has(english) && !ofZod(english))).toEqual([]);
  });

  it('say the same values, in Chinese', () => {
    for (const [english, chinese] of Object.entries(templates)) {
      expect([english, holesIn(chinese)]).toEqual([english, holesIn(english)]);
      expect(chinese).toMatch(/\p{Script=Han}/u);
    }
  });

  it.each(['7', '0.05'])('are found again from texts made of them, with their values: %s and the like', (figure) => {
    for (const [english, chinese] of Object.entries(templates)) {
      const fill = (text: string): string =>
        text.replaceAll(/\{(\d+)\}/g, (_, hole) => `${figure}${Number(hole) + 31}`);
      expect([english, say(fill(english))]).toEqual([english, fill(chinese)]);
    }
  });
});

describe('collecting', () => {
  const collect = (source: string) => templatesIn('a.ts', source).map(({ template }) => template);

  it('gives a template each for choices of words, and joins what is added up', () => {
    const source = `const t = \`\${n} \${n === 1 ? 'photo is' : 'photos are'} there. \` + \`Look at \${x}.\`;`;
    expect(collect(source)).toEqual(['{0} photo is there. Look at {1}.', '{0} photos are there. Look at {1}.']);
  });

  it('finds words inside of values, and a choice that was named before', () => {
    const source = `function f(a) {
      const end = a ? '' : ', again';
      return \`Look at \${what('the wrong side')} here\${end}.\`;
    }`;
    expect(collect(source)).toEqual(['Look at {0} here.', 'Look at {0} here, again.', 'the wrong side']);
  });

  it('leaves bugs, types, imports and statements of SQL out, and takes a failure of one word', () => {
    const source = `import x from 'a long name'; type T = 'one of them'; db.prepare('SELECT a FROM photo');
      throw new Error('that is a bug'); throw new AppError('BUG', 'Broken.');`;
    expect(collect(source)).toEqual(['Broken.']);
  });
});

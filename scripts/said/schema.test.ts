import { expect, it } from 'vitest';
import type { z } from 'zod';
import { createSaid } from '../../renderer/lib/i18n/said.ts';
import { templates } from '../../renderer/locales/zh-CN/said/templates.ts';
import { commands } from '../../shared/contract/commands.ts';

const say = createSaid(templates);
const given = [undefined, null, 'a word', '', -1e9, 1e9, 0.5, Number.NaN, true, [], {}, { kind: 'nothing' }];

/** Every wording of Zod for a value of the contract that does not fit, down to the fields of objects and lists. */
function complaints(schema: z.ZodType): readonly string[] {
  const told = (value: unknown): readonly z.core.$ZodIssue[] => schema.safeParse(value).error?.issues ?? [];
  const tops = given.flatMap(told);
  const names = tops.flatMap(({ path: [name] }) => (typeof name === 'string' ? [name] : []));
  const fields = [...new Set(names)].flatMap((name) =>
    given.flatMap((value) => told({ [name]: value, [`${name} again`]: 1 })),
  );
  return [...tops, ...fields].map(({ message }) => message);
}

it('says in Chinese whatever the schemas of the contract say of wrong input', () => {
  const messages = new Set(Object.values(commands).flatMap(({ input }) => complaints(input)));
  expect(messages.size).toBeGreaterThan(40);
  const unsaid = [...messages].filter((message) => !/\p{Script=Han}/u.test(say(message)));
  expect(unsaid).toEqual([]);
});

it('says the whole refusal, part by part', () => {
  const refusal =
    "The input of 'runs.tag' is not valid: tags.0: Too big: expected string to have <=40 characters; tags: Invalid input: expected array, received undefined";
  expect(say(refusal)).toBe(
    '“runs.tag”的输入无效：tags.0: 太长：最多 40 个字符；tags: 输入无效：应为列表，收到的是空缺',
  );
});

import type { Language } from '../../shared/domain/language.ts';
import type { RunConfig } from '../../shared/domain/run.ts';
import { countParameters } from '../../shared/networks/parameters.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { split } from '../../shared/networks/split.ts';

type Words = { readonly softmax: string; readonly whole: string; readonly from: (stage: string) => string };
const words: Readonly<Record<Language, Words>> = {
  en: { softmax: 'softmax', whole: 'whole network', from: (stage) => `from ${stage}` },
  'zh-CN': { softmax: '仅 softmax', whole: '整个网络', from: (stage) => `从 ${stage} 起` },
};

/** 'EfficientNet-Lite0 · from Blocks 7' or '… · softmax', with ' (2)', ' (3)', ... where `taken` has that name already. */
export function defaultRunName(
  { backbone, frozenThrough }: Pick<RunConfig, 'backbone' | 'frozenThrough'>,
  taken: Iterable<string>,
  language: Language = 'en',
): string {
  const name = `${findNetwork(backbone).title} · ${trainedPart({ backbone, frozenThrough }, words[language])}`;
  const names = new Set(taken);
  if (!names.has(name)) return name;
  let number = 2;
  while (names.has(`${name} (${number})`)) number += 1;
  return `${name} (${number})`;
}

/** Named by the first stage that has something to train. */
function trainedPart({ backbone, frozenThrough }: Pick<RunConfig, 'backbone' | 'frozenThrough'>, say: Words): string {
  const network = findNetwork(backbone);
  const trainedAfter = (stage: string): number => countParameters(split(network, stage).suffix);
  const trained = trainedAfter(frozenThrough);
  const cut = network.stages.findIndex(({ id }) => id === frozenThrough);
  const first = network.stages.slice(cut + 1).find(({ id }) => trainedAfter(id) < trained);
  if (first === undefined) return say.softmax;
  return cut === 0 ? say.whole : say.from(first.title);
}

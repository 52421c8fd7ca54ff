import { useText } from './i18n/i18n.ts';

/** What titles of stages look like in shared/networks; the parts in brackets are numbers and names. */
const KINDS = [
  ['image', /^Image$/],
  ['stem', /^Stem$/],
  ['stemConvolutions', /^Stem, convolutions$/],
  ['stemFirst', /^Stem, first branches$/],
  ['stemSecond', /^Stem, second branches$/],
  ['stemThird', /^Stem, third branches$/],
  ['headConvolution', /^Head convolution$/],
  ['pooled', /^Pooled features$/],
  ['softmax', /^Softmax$/],
  ['lastBlock', /^Last block$/],
  ['convolution', /^Convolution (\d+)$/],
  ['convolutions', /^Convolutions (\d+) and (\d+)$/],
  ['dense', /^Dense (\d+)$/],
  ['block', /^Block (\d+)$/],
  ['blocks', /^Blocks (\d+)$/],
  ['layerBlock', /^Layer (\d+), block (\d+)$/],
  ['namedBlock', /^(\d+ x \d+), block (\d+)$/],
  ['inception', /^Inception (\w[\w ]*)$/],
  ['mixed', /^Mixed (\w+)$/],
  ['reduction', /^Reduction (\w+)$/],
] as const;

export type StageKind = (typeof KINDS)[number][0];

/** The kind of a stage by its title, with the parts that differ; null: a title of no known form. */
export function stageKind(title: string): { readonly kind: StageKind; readonly a: string; readonly b: string } | null {
  for (const [kind, form] of KINDS) {
    const found = form.exec(title);
    if (found !== null) return { kind, a: found[1] ?? '', b: found[2] ?? '' };
  }
  return null;
}

/** Titles of stages in the person's language. */
export function useStageTitle(): (title: string) => string {
  const t = useText('app');
  return (title) => {
    const known = stageKind(title);
    return known === null ? title : t(`stages.${known.kind}`, { a: known.a, b: known.b });
  };
}

/**
 * A backbone as people name it: a network of the registry, alone, with imported weights, `resnet50@0123456789abcdef`, or
 * from scratch, `lenet5@scratch`: random weights by the run's seed.
 */
export type BackboneRef = { readonly network: string; readonly weights: string | null };

/** Splits at the '@'; what is before and behind is not checked. */
export function parseBackbone(backbone: string): BackboneRef {
  const at = backbone.indexOf('@');
  return at < 0
    ? { network: backbone, weights: null }
    : { network: backbone.slice(0, at), weights: backbone.slice(at + 1) };
}

const FROM_SCRATCH = 'scratch';

/** Whether it has learnt nothing yet, so that nothing of it can be frozen. */
export function isFromScratch(backbone: string): boolean {
  return parseBackbone(backbone).weights === FROM_SCRATCH;
}

/** A backbone as people name it: a network of the registry, alone or with imported weights, `resnet50@0123456789abcdef`. */
export type BackboneRef = { readonly network: string; readonly weights: string | null };

/** Splits at the '@'; what is before and behind is not checked. */
export function parseBackbone(backbone: string): BackboneRef {
  const at = backbone.indexOf('@');
  return at < 0
    ? { network: backbone, weights: null }
    : { network: backbone.slice(0, at), weights: backbone.slice(at + 1) };
}

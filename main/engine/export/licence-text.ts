/** What users of an export may do with it, in words. */
import type { ExportSubject, WeightsLicence } from './subject.ts';

type Licensed = Pick<ExportSubject, 'title' | 'classes'> & {
  readonly licences: readonly WeightsLicence[]; // of the pretrained weights in it, each once
};

export function licenceText({ licences, classes, title }: Licensed): string {
  const backbones = licences.map(({ backbone }) => `"${backbone}"`).join(', ');
  return [
    `"${title}" was trained with Thaw on photos of its owner, from the pretrained weights ${backbones}.`,
    ...licences.flatMap(({ backbone, spdx, copyright, source }) => [
      '',
      `Licence of the pretrained weights${licences.length === 1 ? '' : ` "${backbone}"`}: ${spdx ?? 'not told'}`,
      ...(copyright === null ? [] : [copyright]),
      ...(source === null ? [] : [`From: ${source}`]),
    ]),
    '',
    `What was learnt on top (classes: ${classes.join(', ')}) belongs to who trained it. The sample code may be used freely.`,
    '',
    ...licences.flatMap(({ text }) => (text === null ? [] : ['', text])),
  ].join('\n');
}

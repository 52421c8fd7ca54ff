/** What users of an export may do with it, in words. */
import { isFromScratch } from '../../../shared/domain/backbone-ref.ts';
import type { ExportSubject, WeightsLicence } from './subject.ts';

type Licensed = Pick<ExportSubject, 'title' | 'classes'> & {
  readonly licences: readonly WeightsLicence[]; // of the pretrained weights in it, each once
};

export function licenceText({ licences, classes, title }: Licensed): string {
  const pretrained = licences.filter(({ backbone }) => !isFromScratch(backbone));
  const backbones = pretrained.map(({ backbone }) => `"${backbone}"`).join(', ');
  const from = pretrained.length === 0 ? 'random weights' : `the pretrained weights ${backbones}`;
  return [
    `"${title}" was trained with Thaw on photos of its owner, from ${from}.`,
    ...pretrained.flatMap(({ backbone, spdx, copyright, source }) => [
      '',
      `Licence of the pretrained weights${pretrained.length === 1 ? '' : ` "${backbone}"`}: ${spdx ?? 'not told'}`,
      ...(copyright === null ? [] : [copyright]),
      ...(source === null ? [] : [`From: ${source}`]),
    ]),
    '',
    `What was learnt on top (classes: ${classes.join(', ')}) belongs to who trained it. The sample code may be used freely.`,
    '',
    ...pretrained.flatMap(({ text }) => (text === null ? [] : ['', text])),
  ].join('\n');
}

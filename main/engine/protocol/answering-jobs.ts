/** Jobs that answer for photos outside the project, and that liken them to those a run learnt from. */
import { z } from 'zod';
import { Failure } from '../../../shared/contract/errors.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { ScoreKind } from '../../../shared/domain/judging.ts';
import { DeviceReport, JobImage, Places, SkippedImage } from './job-parts.ts';

/** By what a photo is told from a stranger; the bank (photos that the run learnt from) counts for `neighbours` alone. */
export const Judge = z.strictObject({
  score: ScoreKind,
  neitherClass: z.string().nullable(),
  bank: z.array(JobImage),
  nearest: z.int().min(1).max(100), // photos of the bank that count
});
export type Judge = z.infer<typeof Judge>;

/** What a finished run answers for files that need not be in the project; nothing of them is kept. */
export const AnswerJob = z.strictObject({
  kind: z.literal('answer'),
  jobId: z.string(),
  ...Places,
  paths: z.array(z.string().max(4096)).min(1).max(10_000),
  temperature: z.number().positive(), // of the softmax; 1: as the run was trained
  judge: Judge.nullable(), // null: the answers get no score
  report: z.strictObject({ before: z.int().nonnegative(), total: z.int().positive() }), // for progress: files of earlier jobs, of all
});
export type AnswerJob = z.infer<typeof AnswerJob>;

/** How like the photos of a bank some photos are, by what the softmax of a finished run sees of them. */
export const NeighboursJob = z.strictObject({
  kind: z.literal('neighbours'),
  jobId: z.string(),
  ...Places,
  bank: z.array(JobImage).min(1),
  queries: z.array(JobImage).min(1),
  nearest: z.int().min(1).max(100), // photos of the bank that count
});
export type NeighboursJob = z.infer<typeof NeighboursJob>;

export const FileAnswer = z.strictObject({
  answer: z.int(), // index of the class
  probability: z.number(),
  score: z.number().nullable(), // how known it is; null: nobody asked
});
export type FileAnswer = z.infer<typeof FileAnswer>;

export const AnswerResult = z.strictObject({
  kind: z.literal('answer'),
  device: DeviceReport,
  classes: z.array(z.string()),
  answers: z.array(FileAnswer.nullable()), // of each path; null: not read
  skipped: z.array(z.strictObject({ path: z.string(), failure: Failure })),
});
export type AnswerResult = z.infer<typeof AnswerResult>;

export const NeighboursResult = z.strictObject({
  kind: z.literal('neighbours'),
  device: DeviceReport,
  photos: z.array(z.strictObject({ imageId: Sha256, likeness: z.number().min(-1).max(1), nearest: Sha256.nullable() })),
  skipped: z.array(SkippedImage),
});
export type NeighboursResult = z.infer<typeof NeighboursResult>;

import { z } from 'zod';

/** Closed set of error codes; a front end may switch over them and translate them. */
export const ErrorCode = z.enum([
  'INVALID_INPUT',
  'NOT_FOUND',
  'PROJECT_MISSING',
  'PROJECT_LOCKED',
  'PROJECT_DAMAGED',
  'PROJECT_NEWER',
  'PROJECT_READ_ONLY',
  'IMAGE_EMPTY',
  'IMAGE_FORMAT',
  'IMAGE_TOO_LARGE',
  'IMAGE_TOO_SMALL',
  'IMAGE_UNREADABLE',
  'IMAGE_MISSING',
  'FILE_PERMISSION',
  'FILE_LINK',
  'DECODER_CRASHED',
  'WEIGHTS_INVALID',
  'WEIGHTS_MISMATCH',
  'DOWNLOAD_FAILED',
  'CACHE_DAMAGED',
  'CHECKPOINT_DAMAGED',
  'DATASET_UNFIT',
  'BACKEND_MISSING',
  'DISK_FULL',
  'MEMORY_SHORT',
  'OUT_OF_MEMORY',
  'DEVICE_LOST',
  'LOSS_NOT_FINITE',
  'CANCELLED',
  'ENGINE_CRASHED',
  'ENGINE_HUNG',
  'BUG',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** A failure as it crosses a process border. `message` = what, where, why, what to do now. */
export const Failure = z.strictObject({ code: ErrorCode, message: z.string() });
export type Failure = z.infer<typeof Failure>;

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** An expected failure inside one process; between processes it travels as a {@link Failure}. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

/** Any thrown value as a {@link Failure}; what is not an AppError is a bug and keeps its stack. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'BUG', message: `Unexpected error. Please report it.\n${text}` };
}

/** Makes a switch over a union exhaustive at compile time. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}

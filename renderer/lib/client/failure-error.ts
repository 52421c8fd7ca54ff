import type { Failure } from '../../../shared/contract/errors.ts';

/** A failure of the host as React Query carries it. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'FailureError';
    this.failure = failure;
  }
}

/** The failure in whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'BUG', message: text };
}

import { AppError, type Result } from '../../shared/contract/errors.ts';
import type { JobResult } from '../engine/protocol/messages.ts';

/** The result of a job of that kind; a failure of the engine is thrown as the AppError that it stands for. */
export function expectResult<K extends JobResult['kind']>(
  result: Result<JobResult>,
  kind: K,
): Extract<JobResult, { readonly kind: K }> {
  if (!result.ok) throw new AppError(result.failure.code, result.failure.message);
  if (isOfKind(result.value, kind)) return result.value;
  throw new AppError('BUG', 'The engine answered another job. Please report it.');
}

/** The value of an answer; a failure is thrown as the AppError that it stands for. */
export function expectAnswer<T>(result: Result<T>): T {
  if (!result.ok) throw new AppError(result.failure.code, result.failure.message);
  return result.value;
}

function isOfKind<K extends JobResult['kind']>(
  value: JobResult,
  kind: K,
): value is Extract<JobResult, { readonly kind: K }> {
  return value.kind === kind;
}

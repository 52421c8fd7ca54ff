import { AppError } from '../../shared/contract/errors.ts';

/** The code of a system error ('ENOENT'), or '' for anything else. */
export function systemErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/** A failed read as an AppError: IMAGE_MISSING, FILE_PERMISSION, FILE_LINK or IMAGE_UNREADABLE; AppErrors pass unchanged. */
export function asReadFailure(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = systemErrorCode(error);
  const options = { cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError(
      'IMAGE_MISSING',
      `${path}: the file is no longer there. Put it back and import again.`,
      options,
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EBUSY') {
    const text = `${path}: may not be read (${code}). Allow reading or close the program that holds it, then try again.`;
    return new AppError('FILE_PERMISSION', text, options);
  }
  if (code === 'ELOOP') {
    return new AppError('FILE_LINK', `${path}: is a link; links are not followed. Add the file it points to.`, options);
  }
  if (code === '') throw error;
  const text = `${path}: could not be read (${code}). Check the disk or the network place, then try again.`;
  return new AppError('IMAGE_UNREADABLE', text, options);
}

/** A failed write as an AppError: DISK_FULL or FILE_PERMISSION; anything else is returned as it is. */
export function asWriteFailure(path: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  const options = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const text = `${path}: not written, the disk is full (${code}). Nothing was damaged; free some space and try again.`;
    return new AppError('DISK_FULL', text, options);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const text = `${path}: may not be written (${code}). Allow writing to this folder or choose another one.`;
    return new AppError('FILE_PERMISSION', text, options);
  }
  return error;
}

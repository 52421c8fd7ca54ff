import { AppError } from '../../../shared/contract/errors.ts';

/** Construction only: this file goes when the last command has its handler. */
export async function notThereYet(): Promise<never> {
  throw new AppError('BUG', 'This command is not there yet.');
}

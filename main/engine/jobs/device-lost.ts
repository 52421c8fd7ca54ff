import { AppError } from '../../../shared/contract/errors.ts';

/**
 * What CUDA, cuDNN, DirectML, Metal and WebGPU say when the device went away: a driver that was reset or updated, a GPU
 * that was unplugged, a machine that slept.
 */
const SIGNS =
  /CUDA_ERROR_|CUDNN_STATUS_(?:EXECUTION|INTERNAL|MAPPING)|DXGI_ERROR_DEVICE_|device (?:is |was |has been )?(?:lost|removed|hung)|GPU has fallen off the bus/i;
const MEMORY = /CUDA_ERROR_OUT_OF_MEMORY/; // has a cure of its own

/** The error itself, or DEVICE_LOST where it says that the device went away: this process cannot use it any more. */
export function nameDeviceLoss(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  if (!SIGNS.test(error.message) || MEMORY.test(error.message)) return error;
  const what = 'The device that computes went away (its driver was reset, the machine slept, or it was unplugged).';
  const now =
    "The check in Settings ('thaw doctor') says what can compute now; Resume ('thaw resume') goes on from the last checkpoint.";
  return new AppError('DEVICE_LOST', `${what} ${now}\nWhat it said: ${error.message}`, { cause: error });
}

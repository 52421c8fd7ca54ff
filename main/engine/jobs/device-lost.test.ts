import { expect, it } from 'vitest';
import { AppError } from '../../../shared/contract/errors.ts';
import { nameDeviceLoss } from './device-lost.ts';

it.each([
  'Failed to enqueue async memcpy: CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure',
  'CUDNN failure 8: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0',
  'Non-zero status code returned: 887A0005 DXGI_ERROR_DEVICE_REMOVED',
  'GPUDevice: the device was lost',
])('fault 30: knows a device that went away by what is said: %s', (message) => {
  expect(nameDeviceLoss(new Error(message))).toMatchObject({
    code: 'DEVICE_LOST',
    message: expect.stringContaining(message),
  });
});

it.each([
  new Error('CUDA_ERROR_OUT_OF_MEMORY: out of memory'),
  new Error('Incompatible shapes: [2,3] vs. [3,2]'),
  new AppError('INVALID_INPUT', 'The class "device lost" is there twice.'),
  'device lost',
])('leaves other failures as they are: %s', (error) => {
  expect(nameDeviceLoss(error)).toBe(error);
});

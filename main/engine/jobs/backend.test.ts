import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/contract/errors.ts';
import type { DeviceFacts, TensorOps } from '../tensorflow/ops.ts';
import { describeTrainer, openTrainer } from './backend.ts';

const opened = (facts: Omit<DeviceFacts, 'threads'>) => async () => ({ facts: { ...facts, threads: 1 } }) as TensorOps;
const missing = (why: string) => () => Promise.reject(new AppError('BACKEND_MISSING', why));
const openPlainCpu = opened({ backend: 'cpu', device: 'cpu', version: '4' });
const card = opened({ backend: 'webgpu', device: 'gpu', version: '4 on a card' });
const software = opened({ backend: 'webgpu', device: 'cpu', version: '4 on SwiftShader' });

async function open(openTensorFlow: () => Promise<TensorOps>, openWebGpu: () => Promise<TensorOps>) {
  const notes: string[] = [];
  const ops = await openTrainer(1, (text) => notes.push(text), { openTensorFlow, openWebGpu, openPlainCpu });
  return { trainer: describeTrainer(ops), notes: notes.join('\n') };
}

describe('fault 28: the trainer', () => {
  it('is TensorFlow where it opens, without a word', async () => {
    const tensorFlow = opened({ backend: 'tensorflow', device: 'gpu', version: '2' });
    expect(await open(tensorFlow, card)).toEqual({ trainer: 'tensorflow-gpu 2, 1 thread', notes: '' });
  });

  it('is WebGPU on a card where TensorFlow is missing, and says so', async () => {
    const { trainer, notes } = await open(missing('No download.'), card);
    expect(trainer).toBe('webgpu-gpu 4 on a card, 1 thread');
    expect(notes).toMatch(/on WebGPU.*No download\./);
  });

  it('is plain tfjs where WebGPU is missing or in software only, never in silence', async () => {
    const bare = await open(missing('No download.'), missing('No adapter.'));
    expect(bare.trainer).toBe('tfjs-cpu 4, 1 thread');
    expect(bare.notes).toMatch(/on the CPU: slow.*No download\..*No adapter\./);
    const emulated = await open(missing('No download.'), software);
    expect(emulated.trainer).toBe('tfjs-cpu 4, 1 thread');
    expect(emulated.notes).toContain('in software only (4 on SwiftShader)');
  });

  it('lets a bug through', async () => {
    await expect(open(() => Promise.reject(new TypeError('x is undefined')), card)).rejects.toThrow(TypeError);
  });
});

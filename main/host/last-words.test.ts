import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

const routine = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1795708839.378226   14660 port.cc:153] oneDNN custom operations are on.',
  '2026-11-26 16:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:182] This binary is optimised',
];

it('leaves out what TensorFlow tells at every start', () => {
  expect(lastWords(routine.join('\n'))).toBe('');
  expect(lastWords('')).toBe('');
});

it('keeps faults, and what no logger wrote', () => {
  const fault = '2026-11-26 16:00:01.000000: F tensorflow/core/framework/tensor.cc:816] Check failed';
  expect(lastWords([...routine, fault, 'malloc(): corrupted'].join('\n'))).toBe(
    `; its last words:\n${fault}\nmalloc(): corrupted`,
  );
});

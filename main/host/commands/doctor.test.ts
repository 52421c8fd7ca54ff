import { expect, it } from 'vitest';
import { DoctorReport } from '../../../shared/contract/commands.ts';
import { createEngineClient } from '../engine-client.ts';
import { runDoctor } from './doctor.ts';

it('reports every backend and executor from a real engine: there, or why not', async () => {
  const engine = createEngineClient();
  const startedMs = performance.now();
  const report = await runDoctor(engine, { onEvent: () => undefined, signal: new AbortController().signal });
  const elapsedMs = performance.now() - startedMs;
  await engine.close();
  expect(DoctorReport.parse(report)).toEqual(report);
  const names = report.backends.map(({ backend }) => backend);
  expect([...names].sort()).toEqual(['tensorflow-cpu', 'tensorflow-gpu', 'tfjs-cpu', 'webgpu']);
  for (const row of report.backends) {
    expect(row.note).not.toBe('');
    expect(row.note).not.toContain('DIFFER');
    expect(row.available).toBe(row.losses.length > 0);
    expect(row.available).toBe(row.stepsPerSecond !== null);
  }
  expect(report.chosen).toBe(report.backends.find(({ available }) => available)?.backend);
  const running = report.executors.filter(({ available }) => available);
  expect(running.map(({ executor }) => executor)).toContain('onnxruntime-cpu');
  for (const row of running) expect(row.imagesPerSecond).toBeGreaterThan(0);
  expect(report.executors.filter(({ chosen }) => chosen)).toHaveLength(1);
  console.info(`thaw doctor took ${Math.round(elapsedMs)} ms`);
});

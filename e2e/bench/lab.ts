/** The classics lab in its quick size, all experiments; tables and charts go to results/lab. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import { experiments, runLab } from '../../main/lab/lab.ts';
import type { LabReport } from '../../main/lab/report.ts';
import { type BenchRecord, resultsFolder } from './record.ts';

const GOAL_ACCURACY = 98; // percent, of LeNet-5 on the digits
const GOAL_SECONDS = 120;

/** THAW_BENCH_LAB: a lab's folder, whose finished runs are taken as they are; THAW_BENCH_EXPERIMENTS: some of them. */
export async function benchLab(): Promise<readonly BenchRecord[]> {
  const kept = process.env.THAW_BENCH_LAB;
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'thaw-bench-lab-'));
  const wanted = (process.env.THAW_BENCH_EXPERIMENTS ?? experiments.map(({ id }) => id).join(',')).split(',');
  try {
    const reports = await runLab({
      ...{ folder, wanted, isFull: false, seed: 1 },
      openProject: (project) => openClient({ folder: project, create: true }),
      onEvent: (event) => {
        if (event.kind === 'note') console.log(event.text);
      },
      signal: { aborted: false, addEventListener: () => undefined },
    });
    const target = join(resultsFolder, 'lab');
    mkdirSync(target, { recursive: true });
    for (const { experiment } of reports)
      for (const kind of ['json', 'svg'])
        cpSync(join(folder, 'reports', `${experiment}-quick.${kind}`), join(target, `${experiment}.${kind}`));
    return reports.flatMap(recordsOf);
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function recordsOf(report: LabReport): BenchRecord[] {
  const { experiment, setting, verdict, rows } = report;
  const told = { work: setting, peerName: null, peer: null, ratio: null };
  if (experiment !== 'lenet')
    return [
      {
        ...told,
        name: `lab ${experiment}`,
        ours: rows.length,
        goal: `told beside the published figures: ${verdict}`,
        met: null,
      },
    ];
  return rows.flatMap(([name, , accuracy, , reached, seconds]) => {
    const record = (what: string, text: string | undefined, isLeast: boolean): BenchRecord =>
      goalRecord({ ...told, name: `LeNet-5, ${name}, ${what}`, ours: Number.parseFloat(text ?? '') }, isLeast);
    return [
      record('test accuracy, %', accuracy, true),
      record('98 % of the validation pictures after, s', /\((\d+) s\)/.exec(reached!)?.[1], false),
      record('all 20 epochs, s', seconds, false),
    ];
  });
}

function goalRecord(record: Omit<BenchRecord, 'goal' | 'met'>, isLeast: boolean): BenchRecord {
  const met = isLeast ? record.ours >= GOAL_ACCURACY : record.ours <= GOAL_SECONDS;
  return { ...record, goal: isLeast ? `at least ${GOAL_ACCURACY}` : `at most ${GOAL_SECONDS}`, met };
}

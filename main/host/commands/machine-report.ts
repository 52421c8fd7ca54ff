/** A text for a question or a bug report: what runs where, and what went wrong lately. Nothing of it is sent by Thaw. */
import { cpus, homedir, release, totalmem } from 'node:os';
import { configFolder } from '../../kernel/config-folder.ts';
import { type Hidden, redactFolders } from '../../kernel/redact.ts';
import { readLogEnd } from '../../kernel/rotating-log.ts';
import { thawVersion } from '../../kernel/version.ts';
import { listRuns } from '../../store/runs.ts';
import { crashLogPlace } from '../crash-log.ts';
import type { Session } from '../session.ts';

const LOG_BYTES = 20_000; // of the newest crashes
const SHOWN_RUNS = 5;

/** Home, project and configuration folder are shown as ~, <project> and <settings>. */
export function machineReport(session: Session | null, madeAt: Date): string {
  const log = readLogEnd(crashLogPlace(), LOG_BYTES).trimEnd();
  const text = [
    `Thaw ${thawVersion()}, report of ${madeAt.toISOString()}`,
    `Node ${process.version}, ${process.platform} ${release()}, ${process.arch}`,
    `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
    ...(session === null ? ['No project is open.'] : projectLines(session)),
    log === '' ? 'No crash is on record.' : `The last crashes:\n${log}`,
  ].join('\n');
  return redactFolders(text, hiddenFolders(session));
}

function projectLines({ project, notes }: Session): string[] {
  const runs = listRuns(project.database);
  const lines = runs.slice(0, SHOWN_RUNS).map(({ runId, status, config, device, failure }) => {
    const computedBy = device === null ? '' : ` on ${Object.values(device).join('; ')}`;
    const why = failure === null ? '' : `: ${failure.code}: ${failure.message}`;
    return `  ${runId} ${config.backbone}, frozen through ${config.frozenThrough}, ${status}${computedBy}${why}`;
  });
  return [
    `Project: ${project.folder}${project.readOnly ? ', open for reading only' : ''}; ${runs.length} runs`,
    ...lines,
    ...notes.map((note) => `Note: ${note}`),
  ];
}

function hiddenFolders(session: Session | null): Hidden[] {
  const { HOME, USERPROFILE } = process.env;
  const homes = [homedir(), HOME, USERPROFILE].filter((folder) => folder !== undefined);
  return [
    ...homes.map((folder) => ({ folder, shownAs: '~' })),
    { folder: configFolder(process.env, process.platform), shownAs: '<settings>' },
    ...(session === null ? [] : [{ folder: session.project.folder, shownAs: '<project>' }]),
  ];
}

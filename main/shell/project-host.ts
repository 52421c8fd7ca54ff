/** The open project: its host is started, supervised and restarted, and front ends get ports to it. */
import { AppError, type Failure } from '../../shared/contract/errors.ts';
import type { HostProcessMessage } from '../../shared/contract/host-messages.ts';
import type { ProjectState } from '../../shared/contract/shell.ts';
import type { HostListener, HostProcess } from './host-process.ts';

const QUIT_LIMIT_MS = 15_000; // a training stops with its checkpoint in it
const RESTARTS = 3;
const RESTART_WINDOW_MS = 60_000;

export type PortListener = { readonly onFrame: (frame: string) => void; readonly onEnd: () => void };
export type HostPort = { readonly send: (frame: string) => void; readonly close: () => void };
export type ProjectHost = {
  readonly state: () => ProjectState;
  /** Closes the project that is open and opens this one; failures are told as a state. */
  readonly open: (folder: string, options: { readonly create: boolean }) => Promise<ProjectState>;
  /** Waits while a project is being opened. Throws PROJECT_MISSING or what opening failed with. */
  readonly openPort: (listener: PortListener) => Promise<HostPort>;
  /** Resolves when the host is gone; its work was stopped and can be resumed. */
  readonly close: () => Promise<void>;
  readonly pid: () => number | undefined;
};
export type ProjectHostParts = {
  readonly start: (args: readonly string[], listener: HostListener) => HostProcess;
  readonly onState: (state: ProjectState) => void;
  readonly nowMs: () => number; // monotonic
};

export function createProjectHost(parts: ProjectHostParts): ProjectHost {
  return new Supervisor(parts);
}

class Supervisor implements ProjectHost {
  readonly #parts: ProjectHostParts;
  readonly #ports = new Map<number, PortListener>();
  #nextPort = 1;
  #state: ProjectState = { state: 'none' };
  #process: HostProcess | null = null;
  #restartsMs: number[] = [];
  #settled: Promise<ProjectState> = Promise.resolve(this.#state);

  constructor(parts: ProjectHostParts) {
    this.#parts = parts;
  }

  readonly state = (): ProjectState => this.#state;
  readonly pid = (): number | undefined => this.#process?.pid;

  readonly open = async (folder: string, options: { readonly create: boolean }): Promise<ProjectState> => {
    await this.close();
    this.#restartsMs = [];
    return await this.#launch(folder, options.create ? ['--create'] : [], 0);
  };

  readonly openPort = async (listener: PortListener): Promise<HostPort> => {
    const state = await this.#settled;
    if (state.state === 'failed') throw new AppError(state.failure.code, state.failure.message);
    if (this.#process === null) throw new AppError('PROJECT_MISSING', 'No project is open. Open or make one first.');
    const port = this.#nextPort++;
    this.#ports.set(port, listener);
    return {
      send: (frame) => {
        if (this.#ports.has(port)) this.#process?.send({ port, frame });
      },
      close: () => {
        if (this.#ports.delete(port)) this.#process?.send({ kind: 'port-closed', port });
      },
    };
  };

  readonly close = async (): Promise<void> => {
    const ending = this.#process;
    this.#process = null;
    if (ending === null) return;
    this.#endPorts();
    await ending.end(QUIT_LIMIT_MS);
    this.#tell({ state: 'none' });
  };

  #launch(folder: string, extra: readonly string[], restarts: number): Promise<ProjectState> {
    this.#tell({ state: 'opening', folder });
    this.#settled = new Promise((resolve) => {
      const settle = (state: ProjectState): void => {
        this.#tell(state);
        resolve(state);
      };
      let isOpen = false;
      const host = this.#parts.start(['--project', folder, ...extra], {
        onMessage: (message) => {
          if (this.#process !== host) return; // of a host that was told to end
          if ('frame' in message) this.#ports.get(message.port)?.onFrame(message.frame);
          else if (message.kind === 'opened') {
            isOpen = true;
            settle({ state: 'open', folder, restarts });
          } else this.#onControl(folder, message, settle);
        },
        onEnd: (how) => {
          if (this.#process !== host) return resolve(this.#state);
          this.#process = null;
          this.#endPorts();
          if (isOpen) void this.#restart(folder, how, restarts + 1);
          else if (this.#state.state !== 'failed') settle({ state: 'failed', folder, failure: crashed(how) });
          else resolve(this.#state);
        },
      });
      this.#process = host;
    });
    return this.#settled;
  }

  #onControl(
    folder: string,
    message: Exclude<HostProcessMessage, { port: number; frame: string } | { kind: 'opened' }>,
    settle: (state: ProjectState) => void,
  ): void {
    if (message.kind === 'failed') return settle({ state: 'failed', folder, failure: message.failure });
    const listener = this.#ports.get(message.port);
    this.#ports.delete(message.port);
    listener?.onEnd();
  }

  /** At once, since people wait; but a host that falls at every start is left alone and its last words are shown. */
  async #restart(folder: string, how: string, restarts: number): Promise<void> {
    const nowMs = this.#parts.nowMs();
    this.#restartsMs = [...this.#restartsMs.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS), nowMs];
    if (this.#restartsMs.length <= RESTARTS) await this.#launch(folder, [], restarts);
    else {
      const state: ProjectState = { state: 'failed', folder, failure: crashed(how) };
      this.#settled = Promise.resolve(state);
      this.#tell(state);
    }
  }

  #endPorts(): void {
    const listeners = [...this.#ports.values()];
    this.#ports.clear();
    for (const listener of listeners) listener.onEnd();
  }

  #tell(state: ProjectState): void {
    this.#state = state;
    this.#parts.onState(state);
  }
}

function crashed(how: string): Failure {
  const message = `The process that keeps the project ended by itself (${how}). Your photos and runs are on disk. Open the project again; if it ends again, please report these lines.`;
  return { code: 'BUG', message };
}

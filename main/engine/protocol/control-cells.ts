/** Cells of the shared memory between the engine's main thread and its control thread. */
export const CANCEL_CELL = 0; // 1: the host asked to stop
export const COUNTER_CELL = 1; // grows with every sign of life; wraps around
export const BUSY_CELL = 2; // 1: a job runs
export const FINISH_CELL = 3; // 1: the host asked to end early and keep what is best so far
export const CELLS = 4;

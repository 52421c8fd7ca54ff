/** Keeps the machine, not the display, from sleeping while work runs. */
import { powerSaveBlocker } from 'electron';

export type KeepAwake = { readonly set: (isNeeded: boolean) => void };

export function createKeepAwake(): KeepAwake {
  let blocker: number | null = null;
  return {
    set: (isNeeded) => {
      if (isNeeded && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
      if (isNeeded || blocker === null) return;
      powerSaveBlocker.stop(blocker);
      blocker = null;
    },
  };
}

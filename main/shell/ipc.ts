/** Answers to `window.thaw`: every call is checked for who asks and what it says. */
import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { z } from 'zod';
import { channels } from '../preload/channels.ts';
import { isOwnPage } from './hardening.ts';

const Path = z.string().min(1).max(4096);
const Nothing = z.undefined();

/** What each channel takes; a front end of our own never sends anything else. */
const inputs = {
  [channels.connect]: z.int().nonnegative(),
  [channels.projectState]: Nothing,
  [channels.openProject]: Path.nullable(),
  [channels.newProject]: Nothing,
  [channels.recentProjects]: Nothing,
  [channels.forgetProject]: Path,
  [channels.pickPhotos]: z.enum(['files', 'folder']),
  [channels.pickWeights]: Nothing,
  [channels.pickPack]: Nothing,
  [channels.pickTarget]: z.strictObject({ kind: z.enum(['folder', 'file']), suggestedName: z.string().max(255) }),
  [channels.setTheme]: z.enum(['system', 'light', 'dark']),
  [channels.setLanguage]: z.enum(['en', 'zh-CN']),
  [channels.revealInFolder]: Path,
  [channels.copyText]: z.string().max(1_000_000),
} as const;
type Inputs = typeof inputs;
export type Answers = {
  readonly [C in keyof Inputs]: (input: z.infer<Inputs[C]>, event: IpcMainInvokeEvent) => unknown;
};

/** Registers the answers. isOurs: whether a sender is the page of our window. */
export function answerCalls(answers: Answers, isOurs: (event: IpcMainInvokeEvent) => boolean): void {
  for (const channel of Object.keys(inputs) as (keyof Inputs)[]) {
    ipcMain.handle(channel, async (event, given: unknown) => {
      if (!isMainFrame(event) || !isOurs(event)) throw new Error('Only the page of Thaw may ask this.');
      const input = inputs[channel].safeParse(given);
      if (!input.success) throw new Error(`${channel}: ${z.prettifyError(input.error).slice(0, 500)}`);
      return await (answers[channel] as (input: unknown, event: IpcMainInvokeEvent) => unknown)(input.data, event);
    });
  }
}

/** Not a frame inside the page, and not another page. */
function isMainFrame({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}

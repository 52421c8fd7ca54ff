/** The native dialogs. Each hangs on the window where there is one. */
import { type BrowserWindow, dialog, type MessageBoxOptions, type OpenDialogOptions } from 'electron';
import type { Texts } from './texts.ts';

const PICTURES = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif', 'zip'];
const WEIGHTS = ['safetensors', 'pth', 'pt', 'h5', 'keras', 'json', 'onnx'];

async function choose(window: BrowserWindow | null, options: OpenDialogOptions): Promise<readonly string[]> {
  const answer = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
  return answer.canceled ? [] : answer.filePaths;
}

/** The folder of a new project; null: none. */
export async function chooseNewProject(window: BrowserWindow | null, texts: Texts): Promise<string | null> {
  const properties: OpenDialogOptions['properties'] = ['openDirectory', 'createDirectory', 'promptToCreate'];
  const paths = await choose(window, { title: texts.chooseNew, buttonLabel: texts.create, properties });
  return paths[0] ?? null;
}

export async function chooseProject(window: BrowserWindow | null, texts: Texts): Promise<string | null> {
  const paths = await choose(window, {
    title: texts.chooseOpen,
    buttonLabel: texts.open,
    properties: ['openDirectory'],
  });
  return paths[0] ?? null;
}

export async function choosePhotos(
  window: BrowserWindow | null,
  texts: Texts,
  kind: 'files' | 'folder',
): Promise<readonly string[]> {
  const common = { title: texts.choosePhotos, buttonLabel: texts.import };
  if (kind === 'folder') return await choose(window, { ...common, properties: ['openDirectory', 'multiSelections'] });
  const filters = [{ name: texts.pictures, extensions: PICTURES }];
  return await choose(window, { ...common, filters, properties: ['openFile', 'multiSelections'] });
}

/** A file of pretrained weights; null: none. */
export async function chooseWeights(window: BrowserWindow | null, texts: Texts): Promise<string | null> {
  const filters = [{ name: texts.weights, extensions: WEIGHTS }];
  return await chooseOne(window, { title: texts.chooseWeights, buttonLabel: texts.import, filters });
}

/** A pack of a project; null: none. */
export async function choosePack(window: BrowserWindow | null, texts: Texts): Promise<string | null> {
  const filters = [{ name: texts.packs, extensions: ['thawpack'] }];
  return await chooseOne(window, { title: texts.choosePack, buttonLabel: texts.import, filters });
}

async function chooseOne(window: BrowserWindow | null, wish: OpenDialogOptions): Promise<string | null> {
  return (await choose(window, { ...wish, properties: ['openFile'] }))[0] ?? null;
}

/** Where something is to be written; null: nowhere. */
export async function chooseTarget(
  window: BrowserWindow | null,
  texts: Texts,
  wish: { readonly kind: 'folder' | 'file'; readonly suggestedName: string },
): Promise<string | null> {
  const title = texts.chooseTarget;
  if (wish.kind === 'folder')
    return (await choose(window, { title, properties: ['openDirectory', 'createDirectory'] }))[0] ?? null;
  const options = { title, defaultPath: wish.suggestedName };
  const answer = window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
  return answer.canceled ? null : (answer.filePath ?? null);
}

/** Asks before work is stopped; true: stop it. */
export async function askToStop(
  window: BrowserWindow | null,
  texts: Texts,
  question: { readonly isTraining: boolean; readonly stop: string },
): Promise<boolean> {
  const options: MessageBoxOptions = {
    type: 'question',
    title: 'Thaw',
    message: question.isTraining ? texts.trainingRuns : texts.workRuns,
    detail: question.isTraining ? texts.stopTraining : texts.stopWork,
    buttons: [question.stop, texts.cancel],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  return (await ask(window, options)) === 0;
}

type FolderWish = 'import-here' | 'import-into-new' | 'nothing';

/** What is to become of a folder that is no project; `isOpen`: another project is open that could take its photos. */
export async function askAboutFolder(
  window: BrowserWindow | null,
  texts: Texts,
  { name, isOpen }: { readonly name: string; readonly isOpen: boolean },
): Promise<FolderWish> {
  const choices: readonly (readonly [FolderWish, string])[] = [
    ...(isOpen ? [['import-here', texts.importHere] as const] : []),
    ['import-into-new', texts.importIntoNew],
    ['nothing', texts.cancel],
  ];
  const options: MessageBoxOptions = {
    type: 'question',
    title: 'Thaw',
    message: `“${name}” ${texts.isNoProject}`,
    detail: isOpen ? texts.importOffer : texts.importOfferAlone,
    buttons: choices.map(([, label]) => label),
    defaultId: 0,
    cancelId: choices.length - 1,
    noLink: true,
  };
  return choices[await ask(window, options)]?.[0] ?? 'nothing';
}

/** The number of the button that was pressed. */
async function ask(window: BrowserWindow | null, options: MessageBoxOptions): Promise<number> {
  const answer = window === null ? await dialog.showMessageBox(options) : await dialog.showMessageBox(window, options);
  return answer.response;
}

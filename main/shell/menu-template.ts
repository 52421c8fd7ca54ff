/** The native menu as data: every command of the product with its key. */
import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../shared/contract/shell.ts';
import type { Texts } from './texts.ts';

type Item = MenuItemConstructorOptions;
export type MenuParts = {
  readonly texts: Texts;
  readonly isMac: boolean;
  readonly isDevelopment: boolean;
  readonly recent: readonly { readonly folder: string; readonly name: string }[];
  readonly onCommand: (command: MenuCommand) => void; // for the renderer
  readonly onNewProject: () => void;
  readonly onOpenProject: (folder?: string) => void;
  readonly onLicences: () => void;
};

export function menuTemplate(parts: MenuParts): Item[] {
  const { texts, isMac } = parts;
  const menus = [fileMenu(parts), editMenu(parts), viewMenu(parts), helpMenu(parts)];
  return isMac
    ? [macMenu(parts), ...menus.slice(0, 3), { label: texts.window, role: 'windowMenu' }, ...menus.slice(3)]
    : menus;
}

/** A command for the renderer. */
function command({ onCommand }: MenuParts, id: MenuCommand, label: string, accelerator?: string): Item {
  return { id, label, click: () => onCommand(id), ...(accelerator !== undefined && { accelerator }) };
}

/** One whose key the renderer sees first and handles by itself: the menu shows the key and does not claim it. */
function shown(parts: MenuParts, id: MenuCommand, label: string, accelerator: string): Item {
  return { ...command(parts, id, label, accelerator), registerAccelerator: false };
}

const line: Item = { type: 'separator' };

function macMenu(parts: MenuParts): Item {
  const { texts } = parts;
  return {
    label: 'Thaw',
    submenu: [
      command(parts, 'show-about', texts.about),
      line,
      command(parts, 'show-settings', texts.settings, 'Cmd+,'),
      line,
      { role: 'hide', label: texts.hide },
      { role: 'hideOthers', label: texts.hideOthers },
      { role: 'unhide', label: texts.unhide },
      line,
      { role: 'quit', label: texts.quit },
    ],
  };
}

function fileMenu(parts: MenuParts): Item {
  const { texts, recent, isMac } = parts;
  const projects = recent.map(
    ({ folder, name }): Item => ({
      label: `${name.replaceAll('&', '&&')}  –  ${folder.replaceAll('&', '&&')}`,
      click: () => parts.onOpenProject(folder),
    }),
  );
  return {
    label: texts.file,
    submenu: [
      { id: 'new-project', label: texts.newProject, accelerator: 'CmdOrCtrl+N', click: () => parts.onNewProject() },
      { id: 'open-project', label: texts.openProject, accelerator: 'CmdOrCtrl+O', click: () => parts.onOpenProject() },
      {
        id: 'open-recent',
        label: texts.openRecent,
        submenu: projects.length > 0 ? projects : [{ label: texts.noRecent, enabled: false }],
      },
      line,
      command(parts, 'import-files', texts.importFiles, 'CmdOrCtrl+I'),
      command(parts, 'import-folder', texts.importFolder, 'CmdOrCtrl+Shift+I'),
      line,
      command(parts, 'export-project', texts.exportProject),
      command(parts, 'import-pack', texts.importPack),
      line,
      { role: 'close', label: texts.close },
      ...(isMac ? [] : [line, { role: 'quit', label: texts.quit, accelerator: 'CmdOrCtrl+Q' } as const]),
    ],
  };
}

function editMenu(parts: MenuParts): Item {
  const { texts } = parts;
  return {
    label: texts.edit,
    submenu: [
      shown(parts, 'undo', texts.undo, 'CmdOrCtrl+Z'),
      shown(parts, 'redo', texts.redo, 'CmdOrCtrl+Shift+Z'),
      line,
      { role: 'cut', label: texts.cut },
      { role: 'copy', label: texts.copy },
      { role: 'paste', label: texts.paste },
      shown(parts, 'select-all', texts.selectAll, 'CmdOrCtrl+A'),
    ],
  };
}

function viewMenu(parts: MenuParts): Item {
  const { texts, isMac, isDevelopment } = parts;
  const forDevelopers: Item[] = [
    line,
    { role: 'reload', label: texts.reload },
    { role: 'toggleDevTools', label: texts.developerTools },
  ];
  return {
    label: texts.view,
    submenu: [
      command(parts, 'show-photos', texts.photos, 'CmdOrCtrl+1'),
      command(parts, 'show-train', texts.train, 'CmdOrCtrl+2'),
      command(parts, 'show-use', texts.use, 'CmdOrCtrl+3'),
      command(parts, 'show-runs', texts.runs, 'CmdOrCtrl+4'),
      command(parts, 'show-compare', texts.compare, 'CmdOrCtrl+5'),
      command(parts, 'show-sweeps', texts.sweeps, 'CmdOrCtrl+6'),
      ...(isMac ? [] : [command(parts, 'show-settings', texts.settings, 'CmdOrCtrl+,')]),
      line,
      { role: 'zoomIn', label: texts.zoomIn, accelerator: 'CmdOrCtrl+=' },
      { role: 'zoomOut', label: texts.zoomOut },
      { role: 'resetZoom', label: texts.actualSize },
      { role: 'togglefullscreen', label: texts.fullScreen },
      ...(isDevelopment ? forDevelopers : []),
    ],
  };
}

function helpMenu(parts: MenuParts): Item {
  const { texts, isMac } = parts;
  return {
    label: texts.help,
    role: 'help',
    submenu: [
      command(parts, 'show-shortcuts', texts.shortcuts, 'F1'),
      command(parts, 'show-doctor', texts.doctor),
      { id: 'licences', label: texts.licences, click: () => parts.onLicences() },
      ...(isMac ? [] : [line, command(parts, 'show-about', texts.about)]),
    ],
  };
}

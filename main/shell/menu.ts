import { Menu } from 'electron';
import { type MenuParts, menuTemplate } from './menu-template.ts';

/** Sets the menu of the program; to be called again when language or recent projects change. */
export function setMenu(parts: MenuParts): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(parts)));
}

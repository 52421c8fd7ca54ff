import { findRow, type ProjectDatabase, writeRow } from './statements.ts';

/** The name of the project; at first that of its folder. */
export function readProjectName(database: ProjectDatabase): string {
  return findRow<{ name: string }>(database, `SELECT name FROM project WHERE id = 1`)?.name ?? '';
}

/** Gives the project another name, 1 to 200 letters; its folder keeps its own. */
export function renameProject(database: ProjectDatabase, name: string): void {
  writeRow(database, `UPDATE project SET name = @name WHERE id = 1`, { name });
}

/** Whether any photo was first found below a folder. */
export function hasPhotosFrom(database: ProjectDatabase, folder: string): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM image_source WHERE substr(path, 1, length(@folder)) = @folder) AS found`;
  return findRow<{ found: 0 | 1 }>(database, sql, { folder })?.found === 1;
}

/** Which photos are chosen in a grid, and where the keyboard stands. Indices are those of the list that is shown. */
export type Selection = {
  readonly chosen: ReadonlySet<string>; // photo ids
  readonly focus: string | null; // where the keyboard stands
  readonly anchor: string | null; // where an extension began
};

export const EMPTY_SELECTION: Selection = { chosen: new Set(), focus: null, anchor: null };

export type ClickKeys = { readonly isExtending: boolean; readonly isToggling: boolean };

/** A click: alone it chooses one, with Shift all from the anchor, with Ctrl it toggles one. */
export function clicked(selection: Selection, shown: readonly string[], id: string, keys: ClickKeys): Selection {
  if (keys.isExtending) return extendedTo(selection, shown, id);
  if (keys.isToggling) return toggled(selection, id);
  return only(id);
}

export function only(id: string): Selection {
  return { chosen: new Set([id]), focus: id, anchor: id };
}

/** Chooses one more, or one fewer. */
export function toggled(selection: Selection, id: string): Selection {
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(id)) chosen.add(id);
  return { chosen, focus: id, anchor: id };
}

function extendedTo({ anchor, focus }: Selection, shown: readonly string[], id: string): Selection {
  const start = anchor ?? focus ?? id;
  const [from, to] = [shown.indexOf(start), shown.indexOf(id)];
  if (from < 0 || to < 0) return only(id);
  return { chosen: new Set(shown.slice(Math.min(from, to), Math.max(from, to) + 1)), focus: id, anchor: start };
}

/** An arrow: `step` places on (a row is as many as there are columns), no further than the ends. */
export function moved(selection: Selection, shown: readonly string[], step: number, isExtending: boolean): Selection {
  if (shown.length === 0) return EMPTY_SELECTION;
  const at = selection.focus === null ? -1 : shown.indexOf(selection.focus);
  const next = at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + step));
  const id = shown[next]!;
  return isExtending ? extendedTo(selection, shown, id) : only(id);
}

/** The selection after these photos were dealt with: on the next one where one was dealt with, else as it was. */
export function advanced(selection: Selection, shown: readonly string[], ids: readonly string[]): Selection {
  if (ids.length !== 1) return selection;
  const at = shown.indexOf(ids[0]!);
  const next = shown[at + 1] ?? shown[at];
  return next === undefined ? EMPTY_SELECTION : only(next);
}

/** What was chosen before a rubber band, and the tiles that it touches; the keyboard then stands on the last of them. */
export function banded(before: Selection, shown: readonly string[], places: readonly number[]): Selection {
  const touched = places.flatMap((place) => shown[place] ?? []);
  const chosen = new Set([...before.chosen, ...touched]);
  return { chosen, focus: touched.at(-1) ?? before.focus, anchor: touched[0] ?? before.anchor };
}

/** What an action is about: the chosen ones that are shown, in their order. */
export function targets(selection: Selection, shown: readonly string[]): readonly string[] {
  return shown.filter((id) => selection.chosen.has(id));
}

import { classColour } from './class-colours.ts';
import { useCommand } from './client/hooks.ts';

/** Colours of classes by name; a class that is no longer in the project has that of its position in the run. */
export function useClassColours(): (name: string, position: number) => string {
  const classes = useCommand('library.classes', {}).data?.classes ?? [];
  const byName = new Map<string, string>(classes.map(({ name, colour }, at) => [name, classColour(at, colour)]));
  return (name, position) => byName.get(name) ?? classColour(position, null);
}

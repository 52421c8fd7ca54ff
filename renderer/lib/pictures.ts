/** Pictures that did not come while the host was away are asked for again when it answers. */
import { createStore } from 'zustand/vanilla';

export const pictureTries = createStore<{ readonly tries: number }>(() => ({ tries: 0 }));

export function tryPicturesAgain(): void {
  pictureTries.setState(({ tries }) => ({ tries: tries + 1 }));
}

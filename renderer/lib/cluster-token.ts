/** The token of the cluster: in this window's memory alone, gone when it closes. */
import { createStore } from 'zustand/vanilla';

export const clusterToken = createStore<{ readonly token: string }>(() => ({ token: '' }));

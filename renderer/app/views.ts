/** The table of views: address, place in the rail, icon, and the code that is loaded when it is opened. */
import {
  IconAdjustmentsHorizontal,
  IconArrowsDiff,
  IconFlame,
  IconLayoutGrid,
  IconListDetails,
  type IconProps,
  IconSettings,
  IconWand,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import type { ViewProps } from '../lib/router.ts';

export type ViewId = 'photos' | 'train' | 'use' | 'runs' | 'compare' | 'sweeps' | 'settings' | 'run' | 'evaluate';
export type ViewEntry = {
  readonly id: ViewId;
  readonly rail: { readonly icon: ComponentType<IconProps>; readonly group: 'steps' | 'book' | 'end' } | null;
  readonly under?: ViewId; // which place in the rail is marked
  readonly View: ComponentType<ViewProps>;
};

const view = <K extends string>(load: () => Promise<Record<K, ComponentType<ViewProps>>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }));

export const views: readonly ViewEntry[] = [
  {
    id: 'photos',
    rail: { icon: IconLayoutGrid, group: 'steps' },
    View: view(() => import('../views/photos/PhotosView.tsx'), 'PhotosView'),
  },
  {
    id: 'train',
    rail: { icon: IconFlame, group: 'steps' },
    View: view(() => import('../views/train/TrainView.tsx'), 'TrainView'),
  },
  {
    id: 'use',
    rail: { icon: IconWand, group: 'steps' },
    View: view(() => import('../views/use/UseView.tsx'), 'UseView'),
  },
  {
    id: 'runs',
    rail: { icon: IconListDetails, group: 'book' },
    View: view(() => import('../views/runs/RunsView.tsx'), 'RunsView'),
  },
  {
    id: 'compare',
    rail: { icon: IconArrowsDiff, group: 'book' },
    View: view(() => import('../views/compare/CompareView.tsx'), 'CompareView'),
  },
  {
    id: 'sweeps',
    rail: { icon: IconAdjustmentsHorizontal, group: 'book' },
    View: view(() => import('../views/sweeps/SweepsView.tsx'), 'SweepsView'),
  },
  {
    id: 'settings',
    rail: { icon: IconSettings, group: 'end' },
    View: view(() => import('../views/settings/SettingsView.tsx'), 'SettingsView'),
  },
  { id: 'run', rail: null, under: 'train', View: view(() => import('../views/run/RunView.tsx'), 'RunView') },
  {
    id: 'evaluate',
    rail: null,
    under: 'runs',
    View: view(() => import('../views/evaluate/EvaluateView.tsx'), 'EvaluateView'),
  },
];

/** The view of an address; an unknown one is the first view. */
export function findView(id: string): ViewEntry {
  return views.find((entry) => entry.id === id) ?? views[0]!;
}

/** What an experiment of the lab hands back. */
import type { Chart } from './chart.ts';

export type LabReport = {
  readonly experiment: string;
  readonly title: string;
  readonly setting: string; // pictures, epochs, seeds: what the figures hold for
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly published: readonly { readonly claim: string; readonly source: string }[];
  readonly verdict: string; // in one or two sentences, also where it came out otherwise than published
  readonly chart: Chart;
};

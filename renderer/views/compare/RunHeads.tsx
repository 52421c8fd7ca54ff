import type { RunRecord } from '../../../shared/domain/run.ts';
import styles from './compare.module.css';
import { RunLine, runStroke } from './RunLine.tsx';

type RunHeadsProps = { readonly runs: readonly RunRecord[] };

/** A column head for each run: its line and its name. */
export function RunHeads({ runs }: RunHeadsProps) {
  return runs.map(({ runId, name }, at) => (
    <th key={runId} scope="col" title={name}>
      <span className={styles.headRun}>
        <RunLine stroke={runStroke(at)} />
        <span className={styles.pickedName}>{name}</span>
      </span>
    </th>
  ));
}

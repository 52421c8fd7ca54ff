/** Probe ladders: found again only for the very photos, labels, sides and weights that they were made with. */
import type { Sha256 } from '../../shared/domain/ids.ts';
import type { Facts } from '../../shared/domain/run.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

export type ProbeKey = {
  readonly datasetHash: Sha256;
  readonly splitHash: Sha256;
  readonly backbone: string;
  readonly weightsSha256: string;
};
export type ProbeRung = {
  readonly stage: string;
  readonly features: number;
  readonly correct: number;
  readonly total: number;
};
export type StoredProbe = {
  readonly rungs: readonly ProbeRung[]; // in the order of the stages
  readonly device: Facts;
  readonly featuriseMs: number;
  readonly probeMs: number;
};

const KEY = `dataset_hash = @datasetHash AND split_hash = @splitHash AND backbone = @backbone AND
  weights_sha256 = @weightsSha256`;

/** Records a ladder; one of the same key is replaced. */
export function upsertProbe(database: ProjectDatabase, key: ProbeKey, probe: StoredProbe & { probedAt: Date }): void {
  inTransaction(database, () => {
    writeRow(database, `DELETE FROM probe WHERE ${KEY}`, key);
    writeRow(
      database,
      `INSERT INTO probe (dataset_hash, split_hash, backbone, weights_sha256, device_json, featurise_ms, probe_ms, probed_at)
       VALUES (@datasetHash, @splitHash, @backbone, @weightsSha256, @deviceJson, @featuriseMs, @probeMs, @probedAt)`,
      {
        ...key,
        deviceJson: JSON.stringify(probe.device),
        featuriseMs: probe.featuriseMs,
        probeMs: probe.probeMs,
        probedAt: probe.probedAt.toISOString(),
      },
    );
    for (const [position, rung] of probe.rungs.entries()) insertRung(database, key, { ...rung, position });
  });
}

function insertRung(database: ProjectDatabase, key: ProbeKey, rung: ProbeRung & { readonly position: number }): void {
  writeRow(
    database,
    `INSERT INTO probe_rung (dataset_hash, split_hash, backbone, weights_sha256, position, stage, features, correct, total)
     VALUES (@datasetHash, @splitHash, @backbone, @weightsSha256, @position, @stage, @features, @correct, @total)`,
    { ...key, ...rung },
  );
}

export function findProbe(database: ProjectDatabase, key: ProbeKey): StoredProbe | null {
  const probe = findRow<{ deviceJson: string; featuriseMs: number; probeMs: number }>(
    database,
    `SELECT device_json AS deviceJson, featurise_ms AS featuriseMs, probe_ms AS probeMs FROM probe WHERE ${KEY}`,
    key,
  );
  if (probe === null) return null;
  const rungs = readRows<ProbeRung>(
    database,
    `SELECT stage, features, correct, total FROM probe_rung WHERE ${KEY} ORDER BY position`,
    key,
  );
  const { deviceJson, ...times } = probe;
  return { ...times, device: JSON.parse(deviceJson) as Facts, rungs };
}

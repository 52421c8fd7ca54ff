/** Everything that a passport tells. */
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { PassportData } from '../../../shared/contract/passport.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { RunJudgement } from '../../../shared/domain/judging.ts';
import type { EpochReport, Evaluation, RunRecord } from '../../../shared/domain/run.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { countParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { thawVersion } from '../../kernel/version.ts';
import { listClasses } from '../../store/classes.ts';
import { listEvaluations } from '../../store/evaluations.ts';
import { findJudgement } from '../../store/judgements.ts';
import { countTestLooks, listEpochs } from '../../store/metrics.ts';
import { datasetHash, splitHash } from '../../store/sides.ts';
import { summarise } from '../commands/summary.ts';
import type { Session } from '../session.ts';

export type PassportFacts = {
  readonly run: RunRecord;
  readonly data: PassportData;
  readonly network: Network;
  readonly parameters: { readonly all: number; readonly trained: number };
  readonly photos: CommandOutput<'project.summary'>;
  readonly photosChanged: boolean; // since the run: the counts are those of today
  readonly evaluations: readonly Evaluation[];
  readonly testLooks: number;
  readonly epochs: readonly EpochReport[];
  readonly judgement: RunJudgement | null; // null: not calibrated
  readonly madeAt: string;
};

export function collectFacts(session: Session, run: RunRecord): PassportFacts {
  const { database } = session.project;
  const evaluations = listEvaluations(database, run.runId);
  const classes =
    evaluations[0]?.perClass.map(({ name }) => name as string) ??
    listClasses(database).map(({ name }) => name as string);
  const network = withClasses(findNetwork(run.config.backbone), Math.max(2, classes.length));
  const { suffix } = split(network, run.config.frozenThrough);
  return {
    ...{ run, network, evaluations, testLooks: countTestLooks(database), epochs: listEpochs(database, run.runId) },
    data: dataOf(run, classes),
    parameters: { all: countParameters(network), trained: countParameters(suffix) },
    photos: summarise(session),
    photosChanged: datasetHash(database) !== run.datasetHash || splitHash(database) !== run.splitHash,
    judgement: findJudgement(database, run.runId),
    madeAt: session.clock().toISOString(),
  };
}

function dataOf(run: RunRecord, classes: readonly string[]): PassportData {
  const { runId, name, config, datasetHash: dataset, splitHash: sides, device, versions } = run;
  const weights = Sha256.safeParse(versions?.weightsSha256);
  return {
    ...{ formatVersion: 1, runId, name, config, classes: [...classes], datasetHash: dataset, splitHash: sides },
    ...{ weightsSha256: weights.success ? weights.data : null, device, versions, thawVersion: thawVersion() },
  };
}

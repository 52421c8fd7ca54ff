/** What a job is called. Keys of texts hold no dot of their own, so a command is not one. */
import type { JobCommand } from '../../shared/contract/jobs.ts';

/** `t(JOB_NAMES[job.command])` of the namespace 'app'. */
export const JOB_NAMES = {
  'library.import': 'jobs.import',
  'library.probe': 'jobs.probe',
  'library.find-duplicates': 'jobs.findDuplicates',
  'library.compare-splits': 'jobs.compareSplits',
  'runs.train': 'jobs.train',
  'runs.resume': 'jobs.resume',
  'runs.plan': 'jobs.plan',
  'runs.find-rate': 'jobs.findRate',
  'runs.evaluate': 'jobs.evaluate',
  'runs.compare': 'jobs.compare',
  'runs.predict': 'jobs.predict',
  'runs.look': 'jobs.look',
  'runs.export': 'jobs.export',
  'sort.plan': 'jobs.sortPlan',
  'sort.start': 'jobs.sort',
  'sort.folder': 'jobs.sort',
  'sort.undo': 'jobs.sortUndo',
  'runs.calibrate': 'jobs.calibrate',
  'runs.strangers': 'jobs.strangers',
  'runs.retrain': 'jobs.retrain',
  'library.add-as': 'jobs.addAs',
  'library.label-mistakes': 'jobs.labelMistakes',
  'project.add-sample': 'jobs.addSample',
  'weights.import': 'jobs.importWeights',
  'sweeps.run': 'jobs.sweep',
  'project.pack': 'jobs.pack',
  'project.unpack': 'jobs.unpack',
  doctor: 'jobs.doctor',
} as const satisfies Record<JobCommand, string>;

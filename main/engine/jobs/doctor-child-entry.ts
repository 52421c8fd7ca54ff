/** What doctor-child.ts starts: argument 1 is the number of threads; the answer is JSON on standard output. */
import { openTensorFlow } from '../tensorflow/door.ts';
import { describeTrainer } from './backend.ts';
import { trainFewSteps } from './doctor-steps.ts';

const ops = await openTensorFlow({ threads: Number(process.argv[2]) });
const steps = await trainFewSteps(ops, () => false);
process.stdout.write(JSON.stringify({ ...steps, trainer: describeTrainer(ops) }));

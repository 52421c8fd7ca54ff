import { MANY_LOOKS } from '../../shared/domain/ensemble.ts';

/** How often the test photos were looked at, and that it was often, where it was. */
export function testLooks(count: number): string {
  const often = count >= MANY_LOOKS ? ' That is often: what is chosen by them looks better than it is.' : '';
  return `The test photos were looked at ${count} ${count === 1 ? 'time' : 'times'} in this project.${often}`;
}

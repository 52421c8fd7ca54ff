/** What an engine wrote on its standard error last, for the message of how it ended. */

// what TensorFlow tells at every start, and no fault: glog's and absl's lines of the level INFO
const ROUTINE =
  /^(I\d{4} \d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+: I |WARNING: All log messages before absl::InitializeLog)/;

/** Its last words, without those of every day; '' where there are none. */
export function lastWords(written: string): string {
  const words = written
    .split('\n')
    .filter((line) => !ROUTINE.test(line))
    .join('\n')
    .trim();
  return words === '' ? '' : `; its last words:\n${words}`;
}

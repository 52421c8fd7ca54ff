/**
 * asked: undefined means whatever was asked for last.
 * @typedef {{ asked: 'cpu' | 'gpu' | undefined, isForced: boolean, command: string[] }} Options
 */

/**
 * @param {readonly string[]} args without node and the script
 * @returns {Options}
 * @throws {Error} for an option that does not exist
 */
export function parseArguments(args) {
  /** @type {Options} */
  const options = { asked: undefined, isForced: false, command: [] };
  for (const [index, arg] of args.entries()) {
    if (arg === '--gpu') options.asked = 'gpu';
    else if (arg === '--cpu') options.asked = 'cpu';
    else if (arg === '--retry') options.isForced = true;
    else if (arg === '--run') {
      options.command = args.slice(index + 1);
      if (options.command.length === 0) throw new Error('--run needs a script');
      return options;
    } else throw new Error(`'${arg}' is no option. There are --gpu, --cpu, --retry and --run script.ts arguments...`);
  }
  return options;
}

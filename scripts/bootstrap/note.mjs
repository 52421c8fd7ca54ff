/** Progress and advice of the bootstrap. Standard error only: standard output belongs to the command that comes after. */

/** @param {string} text one line or more, without the final line feed */
export function note(text) {
  process.stderr.write(`bootstrap: ${text.replaceAll('\n', '\n           ')}\n`);
}

/**
 * A set-up step that cannot be done here and that the program can do without.
 * The message says what is missing, why, and what to install.
 */
export class SetupGap extends Error {
  /**
   * @param {'python' | 'pip' | 'compiler' | 'network' | 'platform' | 'damaged' | 'disk' | 'load'} cause
   * @param {string} message
   */
  constructor(cause, message) {
    super(message);
    this.name = 'SetupGap';
    this.gap = cause;
  }
}

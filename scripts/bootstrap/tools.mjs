import { SetupGap } from './note.mjs';
import { runCommand } from './run-command.mjs';

const INSTALL = {
  python: {
    linux: '`sudo apt install python3 python3-pip` (Debian, Ubuntu) or `sudo dnf install python3 python3-pip` (Fedora)',
    darwin: '`xcode-select --install` or `brew install python`',
    win32: 'Python 3 from the Microsoft Store',
  },
  pip: {
    linux: '`sudo apt install python3-pip` (Debian, Ubuntu) or `sudo dnf install python3-pip` (Fedora)',
    darwin: '`python3 -m ensurepip --user`',
    win32: '`py -m ensurepip --user`',
  },
  compiler: {
    linux: '`sudo apt install g++` (Debian, Ubuntu) or `sudo dnf install gcc-c++` (Fedora)',
    darwin: '`xcode-select --install`',
    win32: 'the Visual Studio build tools',
  },
};

/**
 * The sentence that tells how to install a tool on this system.
 * @param {keyof typeof INSTALL} tool
 * @param {NodeJS.Platform} platform
 * @returns {string}
 */
export function installAdvice(tool, platform) {
  const advice = INSTALL[tool];
  const text = platform === 'darwin' || platform === 'win32' ? advice[platform] : advice.linux;
  return `Install it: ${text}. Then run \`npm run bootstrap\` again.`;
}

/**
 * Finds a Python 3 that has pip.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {Promise<{ command: string, args: readonly string[] }>}
 * @throws {SetupGap} 'python' or 'pip'
 */
export async function findPython(env = process.env, platform = process.platform) {
  const candidates = platform === 'win32' ? ['py', 'python'] : ['python3', 'python'];
  for (const command of candidates) {
    const version = await runCommand(command, ['-c', 'import sys; sys.exit(0 if sys.version_info >= (3, 8) else 3)'], {
      env,
    });
    if (version.code !== 0) continue;
    const pip = await runCommand(command, ['-m', 'pip', '--version'], { env });
    if (pip.code === 0) return { command, args: [] };
    throw new SetupGap(
      'pip',
      `pip is missing: \`${command} -m pip --version\` failed. It fetches the TensorFlow library, once. ${installAdvice('pip', platform)}`,
    );
  }
  throw new SetupGap(
    'python',
    `Python 3.8 or newer is missing (looked for ${candidates.join(' and ')} on the PATH). ` +
      `It fetches the TensorFlow library, once. ${installAdvice('python', platform)}`,
  );
}

/**
 * Finds the C++ compiler: CXX, then g++, clang++ and c++.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {Promise<string>}
 * @throws {SetupGap} 'compiler'
 */
export async function findCompiler(env = process.env, platform = process.platform) {
  const candidates = [...(env.CXX ? [env.CXX] : []), 'g++', 'clang++', 'c++'];
  for (const command of candidates) {
    if ((await runCommand(command, ['--version'], { env })).code === 0) return command;
  }
  throw new SetupGap(
    'compiler',
    `A C++ compiler is missing (looked for ${candidates.join(', ')} on the PATH). ` +
      `It builds the link between Node and TensorFlow, once, in about half a minute. ${installAdvice('compiler', platform)}`,
  );
}

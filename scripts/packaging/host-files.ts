/** Which files of the checkout and of its npm packages the packaged host carries. */

export type Target = { readonly platform: NodeJS.Platform; readonly arch: string };

/** What no running program reads: sources, types, maps, documents, tests, and bundles for browsers. */
const NEVER_RUN =
  /\.(map|md|markdown|d\.[cm]?ts|ts|tsx|cc|cpp|c|h|hpp|gyp|gypi|flow|lock|yml|yaml|tgz|pdb|lib)$|(^|\/)(test|tests|__tests__|docs|example|examples|\.github|\.bin)\/|\.(min|es2017|fesm)(\.min)?\.js(\.html)?$/i;
/** Served to a browser page as the one file that it is: the proof of an export for TensorFlow.js. */
const KEPT_FILES: Readonly<Record<string, RegExp>> = { '@tensorflow/tfjs': /^dist\/tf\.min\.js$/ };
const KEPT_TEXT = /(^|\/)(licen[cs]e|notice|copying)[^/]*$/i;

/** Binaries of one system in a package that brings them for all: the folder or file says which. */
const PER_SYSTEM: Readonly<Record<string, (target: Target) => RegExp>> = {
  'onnxruntime-node': ({ platform, arch }) => new RegExp(`^bin/napi-v\\d+/${platform}/${arch}/`),
  webgpu: ({ platform, arch }) => new RegExp(`^dist/${platform}-(${arch}|universal)/`),
  'better-sqlite3': ({ platform, arch }) => new RegExp(`^prebuilds/${platform}-${arch}\\.node$`),
};
const SYSTEM_PARTS = /^(bin\/napi-v\d+\/|dist\/[a-z0-9]+-[a-z0-9]+\/|prebuilds\/)/;
/** GPU parts of ONNX Runtime that its installer fetches elsewhere, and SQLite's source. */
const LEFT_BEHIND = /^(deps\/|build\/|src\/|script\/|binding\/|scripts\/)/;

/** path: relative to the package's folder, with '/'. Tests decide nothing of a program, licences have to come along. */
export function isNeededOfPackage(name: string, path: string, target: Target): boolean {
  if (KEPT_TEXT.test(path) || KEPT_FILES[name]?.test(path)) return true;
  const perSystem = PER_SYSTEM[name];
  if (perSystem !== undefined && SYSTEM_PARTS.test(path)) return perSystem(target).test(path);
  if (name === '@tensorflow/tfjs-node-gpu' || name === 'better-sqlite3') if (LEFT_BEHIND.test(path)) return false;
  return !NEVER_RUN.test(path);
}

/** path: relative to main/ or shared/. */
export function isNeededOfSources(path: string): boolean {
  if (/^(shell|preload)(\/|$)/.test(path)) return false;
  return !/\.test\.ts$|-for-tests\.ts$|\.md$|(^|\/)tsconfig\.json$/.test(path);
}

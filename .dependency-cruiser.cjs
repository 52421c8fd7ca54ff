/** The fences of the design: what a path may import is said by the path. */

const TESTS = '\\.test\\.ts$';
/** A package by name, whether or not it could be resolved. */
const packageNamed = (name) => `(^|/)node_modules/${name}(/|$)|^${name}(/|$)`;

/** One door each: only files under `door` may import the package. */
function door(name, packagePattern, doorPattern) {
  return {
    name: `one-door-to-${name}`,
    comment: `Only ${doorPattern} may import ${name}; ask for a function there instead.`,
    severity: 'error',
    from: { pathNot: [doorPattern, '\\.test\\.ts$', '^e2e/fixtures/.*/make-'] }, // fixtures are made by the library itself, not by us
    to: { path: packagePattern },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'The import leads nowhere: fix the path, or add the package to package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(electron$|virtual:)' },
    },
    {
      name: 'shared-is-pure',
      comment: 'shared/ runs in every process: it may import zod and itself, nothing else (no node:, no DOM packages).',
      severity: 'error',
      from: { path: '^shared/', pathNot: TESTS },
      to: { pathNot: ['^shared/', packageNamed('zod')] },
    },
    {
      name: 'shared-tests',
      comment: 'Tests in shared/ may also use vitest and Node, but no other part of the program.',
      severity: 'error',
      from: { path: '^shared/.*\\.test\\.ts$' },
      to: { path: '^(main|renderer|scripts)/' },
    },
    {
      name: 'renderer-sees-shared-only',
      comment: 'The renderer runs in a browser: of the program it may import renderer/ and shared/ only.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|e2e|scripts)/' },
    },
    {
      name: 'renderer-without-node',
      comment: 'There is no Node in the renderer.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: [TESTS, '\\.config\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'engine-stands-alone',
      comment: 'The engine is a process of its own: engine, imaging, kernel and shared only.',
      severity: 'error',
      from: { path: '^main/engine/', pathNot: TESTS },
      to: { path: '^(main|renderer|e2e|scripts)/', pathNot: '^main/(engine|imaging|kernel)/' },
    },
    {
      name: 'engine-tests',
      comment: 'Tests of the engine may also use e2e/fixtures.',
      severity: 'error',
      from: { path: '^main/engine/.*\\.test\\.ts$' },
      to: { path: '^(main|renderer|e2e|scripts)/', pathNot: '^(main/(engine|imaging|kernel)|e2e/fixtures)/' },
    },
    {
      name: 'main-sees-no-front',
      comment: 'main/ may not import the renderer or scripts.',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^(renderer|scripts)/' },
    },
    {
      name: 'fixtures-are-for-tests',
      comment: 'Only tests and e2e/ may import e2e/.',
      severity: 'error',
      from: { path: '^(main|shared|renderer|scripts)/', pathNot: TESTS },
      to: { path: '^e2e/' },
    },
    door('better-sqlite3', packageNamed('(@types/)?better-sqlite3'), '^main/store/'),
    door('sharp', packageNamed('sharp'), '^(main/imaging|scripts|e2e/screenshots)/'),
    door('onnxruntime-node', packageNamed('onnxruntime-(node|common)'), '^main/engine/onnx/'),
    door('tensorflow', packageNamed('@tensorflow/[^/]+'), '^main/engine/tensorflow/'),
    door('the-hub', packageNamed('@huggingface/[^/]+'), '^main/host/downloading/'),
    door('electron', packageNamed('electron'), '^main/(shell|preload)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/(assets|index)' }, // what a build made
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

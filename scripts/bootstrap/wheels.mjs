/** The Python wheels that hold the native libraries: exact versions and checksums. Nothing else is taken from them. */

export const TENSORFLOW_VERSION = '2.21.0';
/** Wheels exist per Python version; the C library inside does not depend on it. */
export const WHEEL_PYTHON_VERSION = '3.11';

/** @typedef {{ name: string, version: string, platforms: readonly string[], sha256: string }} Wheel */
/** @typedef {'cpu' | 'gpu'} Variant */

/** @type {Readonly<Record<string, Wheel>>} by Node's `platform-arch` */
const CPU_WHEELS = {
  'linux-x64': {
    name: 'tensorflow-cpu',
    version: TENSORFLOW_VERSION,
    platforms: ['manylinux_2_27_x86_64'],
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  'linux-arm64': {
    name: 'tensorflow',
    version: TENSORFLOW_VERSION,
    platforms: ['manylinux_2_27_aarch64'],
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  },
  'darwin-arm64': {
    name: 'tensorflow',
    version: TENSORFLOW_VERSION,
    platforms: ['macosx_12_0_arm64'],
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
  },
};

const GPU_PLATFORMS = [
  'manylinux_2_27_x86_64',
  'manylinux_2_17_x86_64',
  'manylinux2014_x86_64',
  'manylinux_2_12_x86_64',
  'manylinux2010_x86_64',
];

/** tensorflow 2.21.0 and what its extra `and-cuda` asks for, as pip resolved it in November 2026. */
const GPU_WHEELS = [
  ['tensorflow', TENSORFLOW_VERSION, '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124'],
  ['nvidia-cublas-cu12', '12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72'],
  ['nvidia-cuda-cupti-cu12', '12.8.90', 'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182'],
  ['nvidia-cuda-nvcc-cu12', '12.9.86', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0'],
  ['nvidia-cuda-nvrtc-cu12', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'],
  ['nvidia-cuda-runtime-cu12', '12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'],
  ['nvidia-cudnn-cu12', '9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375'],
  ['nvidia-cufft-cu12', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28'],
  ['nvidia-curand-cu12', '10.3.10.19', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'],
  ['nvidia-cusolver-cu12', '11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88'],
  ['nvidia-cusparse-cu12', '12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78'],
  ['nvidia-nccl-cu12', '2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'],
  ['nvidia-nvjitlink-cu12', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'],
].map(([name, version, sha256]) => /** @type {Wheel} */ ({ name, version, sha256, platforms: GPU_PLATFORMS }));

/**
 * The wheels of a variant for a machine, TensorFlow first; undefined where there are none.
 * @param {Variant} variant
 * @param {string} machine Node's `platform-arch`, for example linux-x64
 * @returns {readonly Wheel[] | undefined}
 */
export function findWheels(variant, machine) {
  if (variant === 'gpu') return machine === 'linux-x64' ? GPU_WHEELS : undefined;
  const wheel = CPU_WHEELS[machine];
  return wheel === undefined ? undefined : [wheel];
}

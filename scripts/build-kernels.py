"""Compiles main/imaging/distort/kernels.c to WebAssembly and writes it into kernels-binary.ts.

Run: python build-kernels.py   (needs the Python package ziglang, 0.17.1, which carries clang). The result is kept in the repository: nobody
needs a compiler to build or run Thaw, and a test says when the source has changed since.
"""
import base64
import hashlib
import pathlib
import subprocess
import sys
import tempfile

folder = pathlib.Path(__file__).parent.parent / 'main' / 'imaging' / 'distort'
source = folder / 'kernels.c'
with tempfile.TemporaryDirectory() as build:
    target = pathlib.Path(build) / 'kernels.wasm'
    flags = ['-O3', '-msimd128', '-ffp-contract=off', '-nostdlib', '-Wl,--no-entry', '-Wl,--export=__heap_base', '-Wl,--strip-all']
    subprocess.run([sys.executable, '-m', 'ziglang', 'cc', '-target', 'wasm32-freestanding', *flags, '-o', target, source], check=True)
    binary = base64.b64encode(target.read_bytes()).decode()
lines = [f"  '{binary[start:start + 112]}'," for start in range(0, len(binary), 112)]
(folder / 'kernels-binary.ts').write_text('\n'.join([
    '/** kernels.c as WebAssembly; written by scripts/build-kernels.py. */',
    f"export const kernelsSourceSha256 = '{hashlib.sha256(source.read_bytes()).hexdigest()}';",
    'export const kernelsBase64 = [', *lines, "].join('');", '']))

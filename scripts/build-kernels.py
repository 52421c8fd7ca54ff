"""Compiles the C of main/imaging to WebAssembly and writes it into modules beside it.

Run: python build-kernels.py   (needs the Python package ziglang, 0.17.1, which carries clang). The results are kept in the repository: nobody
needs a compiler to build or run Thaw, and tests say when a source has changed since.
"""
import base64
import hashlib
import pathlib
import subprocess
import sys
import tempfile

imaging = pathlib.Path(__file__).parent.parent / 'main' / 'imaging'
flags = ['-O3', '-msimd128', '-ffp-contract=off', '-nostdlib', '-Wl,--no-entry', '-Wl,--export=__heap_base', '-Wl,--strip-all']


def build(sources, target, name, headers=()):
    with tempfile.TemporaryDirectory() as folder:
        module = pathlib.Path(folder) / 'module.wasm'
        subprocess.run([sys.executable, '-m', 'ziglang', 'cc', '-target', 'wasm32-freestanding', *flags, '-o', module, *sources], check=True)
        binary = base64.b64encode(module.read_bytes()).decode()
    digest = hashlib.sha256(b''.join(source.read_bytes() for source in (*headers, *sources))).hexdigest()
    lines = [f"  '{binary[start:start + 112]}'," for start in range(0, len(binary), 112)]
    target.write_text('\n'.join([
        f'/** {" and ".join(source.name for source in sources)} as WebAssembly; written by scripts/build-kernels.py. */',
        f"export const {name}SourceSha256 = '{digest}';",
        f'export const {name}Base64 = [', *lines, "].join('');", '']))


distort, jpeg = imaging / 'distort', imaging / 'jpeg'
build([distort / 'kernels.c'], distort / 'kernels-binary.ts', 'kernels')
build([jpeg / name for name in ('baseline.c', 'colour.c', 'thumbnail.c')], jpeg / 'baseline-binary.ts', 'baseline', [jpeg / 'baseline.h'])

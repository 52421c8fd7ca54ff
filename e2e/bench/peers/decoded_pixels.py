"""SHA-256 of the pixels that the samples' own decoder (Pillow) makes of pictures: one line a path."""

import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "resources" / "export"))
from prepare import decode, np  # noqa: E402

for path in sys.argv[1:]:
    print(hashlib.sha256(np.ascontiguousarray(decode(path)).tobytes()).hexdigest())

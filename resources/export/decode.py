import numpy as np
from PIL import Image, ImageOps


def decode(path):
    """A picture as rows of 8-bit RGB: upright, on white where it is transparent."""
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return np.asarray(picture.convert("RGB"))

from decode import decode, np


def cubic(x):
    x = np.abs(x)
    inner = (1.5 * x - 2.5) * x * x + 1
    outer = (((x - 5) * x + 8) * x - 4) * -0.5
    return np.where(x < 1, inner, np.where(x < 2, outer, 0.0))


def resize_rows(pixels, output_size, first, count):
    """Antialiased bicubic along the first axis: a = -0.5, renormalised at the borders, rounded nowhere."""
    input_size = len(pixels)
    if input_size == output_size:
        return pixels[first : first + count].astype(np.float32)
    scale = input_size / output_size
    stretch = max(scale, 1.0)
    rows = []
    for index in range(first, first + count):
        centre = (index + 0.5) * scale
        start = max(0, int(centre - 2 * stretch + 0.5))
        end = min(input_size, int(centre + 2 * stretch + 0.5))
        weights = cubic((np.arange(start, end) - centre + 0.5) / stretch)
        rows.append(np.tensordot((weights / weights.sum()).astype(np.float32), pixels[start:end], axes=1))
    return np.stack(rows)


def prepare(pixels, preprocessing):
    """[1, 3, crop, crop] float32, or one grey plane: short side resized, centre cropped, (value / 255 - mean) / deviation."""
    short_side, crop = preprocessing["resizeShortSide"], preprocessing["cropSize"]
    height, width = pixels.shape[:2]
    shrink = short_side / min(height, width)

    def along(pixels, side):
        scaled = short_side if side == min(height, width) else int(np.floor(side * shrink + 0.5))
        return resize_rows(pixels, scaled, round((scaled - crop) / 2), crop)  # Python rounds halves to even

    columns_first = along(pixels.astype(np.float32).transpose(1, 0, 2), width)  # [crop, height, 3]
    cropped = along(columns_first.transpose(1, 0, 2), height)  # [crop, crop, 3]
    mean = np.asarray(preprocessing["mean"], np.float32)
    deviation = np.asarray(preprocessing["standardDeviation"], np.float32)
    scaled = (np.clip(cropped, 0, 255) / np.float32(255) - mean) / deviation
    if preprocessing.get("isGrey"):
        scaled = (scaled @ np.asarray([0.299, 0.587, 0.114], np.float32))[..., None]  # ITU-R BT.601
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], dtype=np.float32)

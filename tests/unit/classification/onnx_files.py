"""Write small ONNX files byte by byte (onnx.proto of ONNX 1.17), so that tests need no exporter."""

import numpy as np

_VARINT, _BYTES, _FIXED32 = 0, 2, 5
_FLOAT, _INTS, _INT = 1, 7, 2


def _number(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while True:
        low, value = value & 0x7F, value >> 7
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def field(place, value):
    """One field of a message: a number, bytes or text."""
    if isinstance(value, int):
        return _number(place << 3 | _VARINT) + _number(value)
    content = value.encode() if isinstance(value, str) else value
    return _number(place << 3 | _BYTES) + _number(len(content)) + content


def tensor(name, array, outside=""):
    """An initializer; `outside` names a file that is said to hold its values."""
    array = np.asarray(array, np.float32)
    parts = [field(1, int(size)) for size in array.shape] + [field(2, _FLOAT), field(8, name)]
    if outside:
        parts += [field(13, field(1, "location") + field(2, outside)), field(14, 1)]
    else:
        parts.append(field(9, array.tobytes()))
    return b"".join(parts)


def node(kind, inputs, output, **ints):
    """An operator; attributes are a number or a list of numbers."""
    parts = [field(1, name) for name in inputs] + [field(2, output), field(3, output), field(4, kind)]
    for name, value in ints.items():
        if isinstance(value, int):
            parts.append(field(5, field(1, name) + field(3, value) + field(20, _INT)))
        else:
            listed = b"".join(field(8, one) for one in value)
            parts.append(field(5, field(1, name) + listed + field(20, _INTS)))
    return b"".join(parts)


def value(name, shape):
    """An input or output of floats; a text stands for a size that is open."""
    dims = b"".join(field(1, field(1, one) if isinstance(one, int) else field(2, one)) for one in shape)
    return field(1, name) + field(2, field(1, field(1, _FLOAT) + field(2, dims)))


def model(nodes, tensors, given, output):
    """A whole model."""
    graph = [field(1, one) for one in nodes] + [field(2, "graph")]
    graph += [field(5, one) for one in tensors] + [field(11, given), field(12, output)]
    return field(1, 8) + field(8, field(1, "") + field(2, 17)) + field(7, b"".join(graph))


def bright(classes=2, shape=("n", 1, 32, 32), above=0.5, gain=40.0, poison=None, outside=""):
    """A network whose last class is likelier the more of the image is brighter than `above`."""
    channels, dims = shape[1], len(shape) - 2
    kernel = np.zeros((1, channels, *(1,) * dims))
    kernel[:] = 1 / channels
    weights = np.zeros((classes, 1))
    weights[-1] = gain
    if poison is not None:
        weights[0] = poison
    nodes = [
        node("Conv", ["image", "kernel", "shift"], "seen", kernel_shape=[1] * dims),
        node("Relu", ["seen"], "lit"),
        node("GlobalAveragePool", ["lit"], "mean"),
        node("Flatten", ["mean"], "flat", axis=1),
        node("Gemm", ["flat", "weights", "offset"], "said", transB=1),
    ]
    offset = np.zeros(classes)
    offset[-1] = -1.0
    tensors = [
        tensor("kernel", kernel, outside),
        tensor("shift", [-above]),
        tensor("weights", weights),
        tensor("offset", offset),
    ]
    return model(nodes, tensors, value("image", shape), value("said", (shape[0], classes)))

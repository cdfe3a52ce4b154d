"""Files that this frontend reads and LiteRT does not open, made acceptable to LiteRT.

Converters of 2020 copied the axis of a depthwise convolution's weights (3) to its bias, which has one dimension.
LiteRT 2.3 refuses such a file as a whole, though no kernel looks at a bias's axis.
"""

from __future__ import annotations

from .table import File, Table

QUANTIZED_DIMENSION = 16
"""The vtable entry of QuantizationParameters.quantized_dimension."""


def accepted_by_litert(data: bytes, file: str) -> bytes:
    """The bytes of a .tflite file with quantized dimensions that their tensors do not have set to 0.

    Raises:
        ModelError: the file is damaged.
    """
    repaired = bytearray(data)
    model = Table.root(File(file, data), "Model")
    for subgraph in model.tables("Subgraphs"):
        for tensor in subgraph.tables("Tensors"):
            quantization = tensor.table("Quantization")
            rank = len(tensor.integers("Shape"))
            if quantization is not None and 0 < rank <= quantization.integer("QuantizedDimension"):
                place = quantization.place(QUANTIZED_DIMENSION)
                repaired[place : place + 4] = bytes(4)
    return bytes(repaired)

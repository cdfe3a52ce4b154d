"""Makes the .onnx files beside it: a small network as PyTorch exports it, for test_onnx_quantize_matrix.py.

    python -m venv venv && venv/bin/pip install torch onnx onnxscript && venv/bin/python export.py

PyTorch is large, so that the files are kept instead. They are of torch 2.13.0, onnx 1.23.2 and onnxscript 0.7.2,
whose default is operator set 20. The newer exporter has no operator set 13 for this network: it converts down to it,
which fails on the mean.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

FOLDER = Path(__file__).parent

FILES: dict[str, tuple[bool, int | None]] = {
    "torchscript_13": (False, 13),
    "torchscript": (False, None),
    "dynamo": (True, None),
}
"""Name -> whether it is of the newer exporter, and its operator set where it is not the default one."""


class Network(nn.Module):
    """A convolution, a residual block with a depthwise convolution, pools, and a dense layer."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.block = nn.Sequential(
            nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU6(),
            nn.Conv2d(8, 8, 1),
        )
        self.pool = nn.AvgPool2d(2)
        self.last = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU())
        self.dense = nn.Linear(16, 10)
        self.dropout = nn.Dropout()

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = torch.relu(x + self.block(x))
        x = self.last(self.pool(x))
        x = nn.functional.adaptive_avg_pool2d(x, 1)
        return torch.softmax(self.dense(self.dropout(x.view(x.size(0), -1))), dim=1)


def network() -> Network:
    """Random weights, and normalizations that change something."""
    torch.manual_seed(7)
    made = Network()
    for module in made.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
    return made.eval()


def strip(model: onnx.ModelProto) -> None:
    """Leave out what says where, and with which source text, the file was made."""
    model.doc_string = ""
    del model.metadata_props[:]
    graph = model.graph
    graph.doc_string = ""
    del graph.metadata_props[:]
    for item in (*graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        item.doc_string = ""
        del item.metadata_props[:]


def main() -> None:
    """Write all files."""
    image = torch.randn(1, 3, 12, 12)
    for name, (dynamo, opset) in FILES.items():
        path = FOLDER / f"{name}.onnx"
        edges = {"input_names": ["image"], "output_names": ["classes"], "external_data": False}
        torch.onnx.export(network(), (image,), path, opset_version=opset, dynamo=dynamo, **edges)
        model = onnx.load(path)
        strip(model)
        onnx.save(model, path)


if __name__ == "__main__":
    main()

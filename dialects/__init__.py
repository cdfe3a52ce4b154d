"""The dialects: quantized types, network operators, and what they compute."""

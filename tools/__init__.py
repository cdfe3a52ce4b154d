"""The drivers: dqnnc and dqnn-opt."""

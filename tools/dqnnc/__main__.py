"""`python -m dqnnc.tools.dqnnc`."""

import sys

from .main import main

sys.exit(main())

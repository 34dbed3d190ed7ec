"""Starts the sandbox. TIKTOK_SANDBOX_BIN is the path of the built program."""

import os
import subprocess

import pytest
from sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    program = [os.environ["TIKTOK_SANDBOX_BIN"], "--port", "0", "--seed", "7", "--users", "2", "--accounts", "150"]
    program += ["--qps", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Sandbox(process.stdout.readline().removeprefix("listening on ").strip())
        finally:
            process.terminate()

"""TikTok's official Python SDK and our client find the same objects.

TIKTOK_CLIENT_BIN is the path of a program that lists all objects with our client.
"""

import os
import subprocess

from read_all import objects


def test_the_sdk_and_our_client_find_the_same_objects(sandbox):
    token = sandbox.token()
    found = 0
    for account in sandbox.granted_accounts(token)[:12]:
        program = [os.environ["TIKTOK_CLIENT_BIN"], f"{sandbox.address}/open_api/v1.3", token, account]
        lines = subprocess.run(program, check=True, capture_output=True, text=True).stdout.splitlines()
        ours = {tuple(line.split(" ")) for line in lines}
        assert len(ours) == len(lines)
        assert ours == objects(sandbox.client, token, account)
        found += len(ours)
    assert found > 2_000

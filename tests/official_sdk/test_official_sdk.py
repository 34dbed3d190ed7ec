"""TikTok's own Python SDK logs in to the sandbox and reads accounts."""

import pytest
from business_api_client.rest import ApiException
from sandbox import refused


def test_a_code_becomes_a_token_once(sandbox):
    code = sandbox.auth_code()
    data = sandbox.exchange(code)
    assert len(data["advertiser_ids"]) == sandbox.user["accounts"]
    assert max(data["scope"]) > 2**53
    text = refused(sandbox.exchange, code)
    assert "40110" in text and "The auth_code is canceled." in text


def test_wrong_app_keys_raise(sandbox):
    assert "40101" in refused(sandbox.exchange, "x", secret="wrong")
    assert "40113" in refused(sandbox.exchange, "x", app_id="7300000000000000001")


def test_accounts_and_details_are_read(sandbox):
    token = sandbox.token()
    ids = sandbox.granted(token)
    assert len(ids) == sandbox.user["accounts"] and ids == sorted(ids)
    assert all(isinstance(one, str) and len(one) == 19 for one in ids)
    details = sandbox.details(ids[:90], token)
    assert [account["advertiser_id"] for account in details] == ids[:90]
    assert {"name", "status", "currency", "timezone", "balance"} <= details[0].keys()


def test_fields_are_chosen(sandbox):
    token = sandbox.token()
    ids = sandbox.granted(token)[:2]
    details = sandbox.details(ids, token, fields=["advertiser_id", "name"])
    assert [sorted(account) for account in details] == [["advertiser_id", "name"]] * 2
    assert "40002" in refused(sandbox.details, ids, token, fields=["nonsense"])


def test_an_account_of_others_raises(sandbox):
    text = refused(sandbox.details, ["7000000000000000001"], sandbox.token())
    assert "40001" in text and "No permission to operate advertiser 7000000000000000001" in text


def test_the_user_is_read(sandbox):
    data = sandbox.call("/user/info/", "GET", sandbox.token())
    assert data["core_user_id"] == sandbox.user["id"]
    assert data["display_name"] == sandbox.user["name"]


def test_a_revoked_token_raises(sandbox):
    token = sandbox.token()
    body = {"app_id": sandbox.app_id, "secret": sandbox.secret, "access_token": token}
    data = sandbox.call("/oauth2/revoke_token/", "POST", token, body)
    assert data["app_id"] == sandbox.app_id and len(data["advertiser_ids"]) == sandbox.user["accounts"]
    text = refused(sandbox.call, "/user/info/", "GET", token)
    assert "40105" in text and "Access token is incorrect or has been revoked." in text


def test_a_missing_token_raises(sandbox):
    assert "40104" in refused(sandbox.call, "/user/info/", "GET")


def test_a_path_without_its_slash_is_no_envelope(sandbox):
    with pytest.raises(ApiException) as caught:
        sandbox.call("/advertiser/info", "GET", sandbox.token())
    assert caught.value.status == 404

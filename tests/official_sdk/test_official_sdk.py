"""TikTok's official Python SDK signs in to the sandbox and reads accounts."""

import pytest
from business_api_client.rest import ApiException
from sandbox import error_of


def test_a_code_can_be_exchanged_once(sandbox):
    code = sandbox.auth_code()
    data = sandbox.exchange(code)
    assert len(data["advertiser_ids"]) == sandbox.user["accounts"]
    assert max(data["scope"]) > 2**53
    text = error_of(sandbox.exchange, code)
    assert "40110" in text and "The auth_code is canceled." in text


def test_wrong_app_credentials_raise(sandbox):
    assert "40101" in error_of(sandbox.exchange, "x", secret="wrong")
    assert "40113" in error_of(sandbox.exchange, "x", app_id="7300000000000000001")


def test_accounts_and_their_details_are_read(sandbox):
    token = sandbox.token()
    ids = sandbox.granted_accounts(token)
    assert len(ids) == sandbox.user["accounts"] and ids == sorted(ids)
    assert all(isinstance(one, str) and len(one) == 19 for one in ids)
    details = sandbox.account_details(ids[:90], token)
    assert [account["advertiser_id"] for account in details] == ids[:90]
    assert {"name", "status", "currency", "timezone", "balance"} <= details[0].keys()


def test_details_have_the_requested_fields(sandbox):
    token = sandbox.token()
    ids = sandbox.granted_accounts(token)[:2]
    details = sandbox.account_details(ids, token, fields=["advertiser_id", "name"])
    assert [sorted(account) for account in details] == [["advertiser_id", "name"]] * 2
    assert "40002" in error_of(sandbox.account_details, ids, token, fields=["nonsense"])


def test_an_account_without_permission_raises(sandbox):
    text = error_of(sandbox.account_details, ["7000000000000000001"], sandbox.token())
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
    text = error_of(sandbox.call, "/user/info/", "GET", token)
    assert "40105" in text and "Access token is incorrect or has been revoked." in text


def test_a_missing_token_raises(sandbox):
    assert "40104" in error_of(sandbox.call, "/user/info/", "GET")


def test_a_path_without_its_slash_raises_404(sandbox):
    with pytest.raises(ApiException) as caught:
        sandbox.call("/advertiser/info", "GET", sandbox.token())
    assert caught.value.status == 404

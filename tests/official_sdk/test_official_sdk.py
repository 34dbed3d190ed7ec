"""TikTok's own Python SDK reads the sandbox.

TIKTOK_SANDBOX_BIN names the built program. The SDK has no method for user/info and oauth2/revoke_token: these go through
its general `call_api`, which unpacks envelopes and raises errors like its methods do.
"""

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

import pytest
from business_api_client import (
    AccountManagementApi,
    ApiClient,
    AuthenticationApi,
    Configuration,
    Oauth2AccessTokenBody,
)
from business_api_client.rest import ApiException
from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError

API = "/open_api/v1.3"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


def fetch(url, form=None):
    """Status, headers and text of a plain request; a POST when there is a form."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        with HTTP.open(url, data) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class Form(HTMLParser):
    """The first form of a page, as a browser would send it, and its buttons."""

    def __init__(self, html):
        super().__init__()
        self.action, self.fields, self.buttons, self.over = None, [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = attributes["action"]
        elif self.over or self.action is None or "name" not in attributes:
            return
        elif tag == "button":
            self.buttons.append((attributes["name"], attributes["value"]))
        elif tag == "input" and (attributes["type"] == "hidden" or "checked" in attributes):
            self.fields.append((attributes["name"], attributes["value"]))

    def handle_endtag(self, tag):
        self.over = self.over or tag == "form"


class Sandbox:
    """A running sandbox, its log-in pages, and the SDK's client for it."""

    def __init__(self, address):
        self.address = address
        state = json.loads(fetch(f"{address}/sandbox/state")[2])
        self.app_id, self.secret = state["app"]["app_id"], state["app"]["secret"]
        self.user = state["users"][0]
        self.log_in, self.redirect_url = state["log_in"], state["redirect_urls"][0]
        configuration = Configuration()
        configuration.host = address
        self.client = ApiClient(configuration)
        self.authentication = AuthenticationApi(self.client)
        self.accounts = AccountManagementApi(self.client)

    def auth_code(self):
        """Logs in the first user, confirms with all accounts ticked, and takes the code from the redirect."""
        query = {"app_id": self.app_id, "state": "s1", "redirect_uri": self.redirect_url}
        form = Form(fetch(f"{self.log_in}?{urllib.parse.urlencode(query)}")[2])
        status, headers, _ = fetch(self.address + form.action, form.fields + form.buttons[:1])
        assert status == 302
        form = Form(fetch(self.address + headers["Location"])[2])
        confirm = ("decision", "confirm")
        assert confirm in form.buttons
        status, headers, _ = fetch(self.address + form.action, form.fields + [confirm])
        assert status == 302 and headers["Location"].startswith(self.redirect_url)
        answer = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)
        assert answer["state"] == ["s1"] and answer["auth_code"] == answer["code"]
        return answer["auth_code"][0]

    def exchange(self, code, **changed):
        keys = {"app_id": self.app_id, "secret": self.secret, **changed}
        body = Oauth2AccessTokenBody(auth_code=code, **keys)
        return self.authentication.oauth2_access_token(body=body)["data"]

    def token(self):
        return self.exchange(self.auth_code())["access_token"]

    def granted(self, token):
        answer = self.authentication.oauth2_advertiser_get(self.app_id, self.secret, token)
        return [account["advertiser_id"] for account in answer["data"]["list"]]

    def details(self, ids, token, **more):
        return self.accounts.advertiser_info(ids, token, **more)["data"]["list"]

    def call(self, path, method, token=None, body=None):
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Access-Token"] = token
        return self.client.call_api(
            API + path,
            method,
            header_params=headers,
            body=body,
            response_type="InlineResponse200",
            _return_http_data_only=True,
        )["data"]


@pytest.fixture(scope="module")
def sandbox():
    program = [os.environ["TIKTOK_SANDBOX_BIN"], "--port", "0", "--seed", "7", "--users", "2", "--accounts", "150"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Sandbox(process.stdout.readline().removeprefix("listening on ").strip())
        finally:
            process.terminate()


def refused(call, *arguments, **named):
    """The text of the SDK's error."""
    with pytest.raises(TiktokSDKError) as caught:
        call(*arguments, **named)
    return str(caught.value)


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

"""A running sandbox, its sign-in pages, and TikTok's official Python SDK as its client.

The SDK has no methods for user/info, oauth2/revoke_token and file/video/ad/info. The tests call these with its generic
`call_api`, which unpacks envelopes and raises errors like its methods.
"""

import json
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
from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError

API = "/open_api/v1.3"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


def fetch(url, form=None):
    """Returns the status, headers and text of a request without the SDK. Sends a form by POST."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        with HTTP.open(url, data) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class Form(HTMLParser):
    """The fields that a browser would submit with the first form of a page, and the buttons of the form."""

    def __init__(self, html):
        super().__init__()
        self.action, self.fields, self.buttons, self.is_complete = None, [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = attributes["action"]
        elif self.is_complete or self.action is None or "name" not in attributes:
            return
        elif tag == "button":
            self.buttons.append((attributes["name"], attributes["value"]))
        elif tag == "input" and (attributes["type"] == "hidden" or "checked" in attributes):
            self.fields.append((attributes["name"], attributes["value"]))

    def handle_endtag(self, tag):
        self.is_complete = self.is_complete or tag == "form"


class Sandbox:
    """A running sandbox, its sign-in pages, and the SDK's client for it."""

    def __init__(self, address):
        self.address = address
        state = json.loads(fetch(f"{address}/sandbox/state")[2])
        self.app_id, self.secret = state["app"]["app_id"], state["app"]["secret"]
        self.user = state["users"][0]
        self.sign_in_url, self.redirect_url = state["log_in"], state["redirect_urls"][0]
        configuration = Configuration()
        configuration.host = address
        self.client = ApiClient(configuration)
        self.authentication = AuthenticationApi(self.client)
        self.accounts = AccountManagementApi(self.client)

    def auth_code(self):
        """Signs in the first user, confirms all accounts, and returns the code from the redirect."""
        query = {"app_id": self.app_id, "state": "s1", "redirect_uri": self.redirect_url}
        form = Form(fetch(f"{self.sign_in_url}?{urllib.parse.urlencode(query)}")[2])
        status, headers, _ = fetch(self.address + form.action, form.fields + form.buttons[:1])
        assert status == 302
        form = Form(fetch(self.address + headers["Location"])[2])
        confirm = ("decision", "confirm")
        assert confirm in form.buttons
        status, headers, _ = fetch(self.address + form.action, form.fields + [confirm])
        assert status == 302 and headers["Location"].startswith(self.redirect_url)
        parameters = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)
        assert parameters["state"] == ["s1"] and parameters["auth_code"] == parameters["code"]
        return parameters["auth_code"][0]

    def exchange(self, code, **changed):
        credentials = {"app_id": self.app_id, "secret": self.secret, **changed}
        body = Oauth2AccessTokenBody(auth_code=code, **credentials)
        return self.authentication.oauth2_access_token(body=body)["data"]

    def token(self):
        return self.exchange(self.auth_code())["access_token"]

    def granted_accounts(self, token):
        response = self.authentication.oauth2_advertiser_get(self.app_id, self.secret, token)
        return [account["advertiser_id"] for account in response["data"]["list"]]

    def account_details(self, ids, token, **more):
        return self.accounts.advertiser_info(ids, token, **more)["data"]["list"]

    def call(self, path, method, token=None, body=None, query=()):
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Access-Token"] = token
        return self.client.call_api(
            API + path,
            method,
            query_params=list(query),
            header_params=headers,
            body=body,
            response_type="InlineResponse200",
            _return_http_data_only=True,
        )["data"]


def error_of(call, *arguments, **named):
    """Returns the text of the error that the SDK raises."""
    with pytest.raises(TiktokSDKError) as caught:
        call(*arguments, **named)
    return str(caught.value)

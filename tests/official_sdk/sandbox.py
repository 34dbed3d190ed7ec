"""A running sandbox, its log-in pages, and TikTok's own Python SDK as its client.

The SDK has no method for user/info, oauth2/revoke_token and file/video/ad/info: these go through its general `call_api`, which
unpacks envelopes and raises errors like its methods do.
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


def refused(call, *arguments, **named):
    """The text of the SDK's error."""
    with pytest.raises(TiktokSDKError) as caught:
        call(*arguments, **named)
    return str(caught.value)

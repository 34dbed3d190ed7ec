// TikTok's official JavaScript SDK reads the sandbox: one call for each endpoint that both have.
//
// TIKTOK_SANDBOX_BIN is the path of the built program, OFFICIAL_JS_SDK the folder in which the SDK is installed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

const SDK = "node_modules/tiktok-business-api-sdk-official/src/index.js";
const sdk = await import(pathToFileURL(path.join(process.env.OFFICIAL_JS_SDK, SDK)));

let program, address, state, token, account;
/** The endpoints that were called. */
const called = new Set();

/** Calls a method of the SDK, which takes a callback, and returns the response's data. */
function call(api, method, ...parameters) {
  const client = new sdk.ApiClient();
  client.basePath = address;
  return new Promise((resolve, reject) => {
    const request = new sdk[api](client)[method](...parameters, (error, data) =>
      error ? reject(error) : resolve(data.data),
    );
    called.add(new URL(request.url).pathname.replace("/open_api/v1.3", ""));
  });
}

/** Signs the first user in and confirms all accounts, like a browser without scripts. */
async function authCode() {
  const script = { method: "POST", body: JSON.stringify({ via: "redirects" }) };
  await fetch(`${address}/sandbox/login`, { ...script, headers: { "Content-Type": "application/json" } });
  const redirect = state.redirect_urls[0];
  const url = new URL(state.log_in);
  url.search = new URLSearchParams({ app_id: state.app.app_id, state: "s1", redirect_uri: redirect });
  let next = url.href;
  while (!next.startsWith(redirect)) {
    const response = await fetch(next, { redirect: "manual" });
    next = new URL(response.headers.get("location"), next).href;
  }
  return new URL(next).searchParams.get("auth_code");
}

before(async () => {
  const options = ["--port", "0", "--seed", "7", "--users", "2", "--accounts", "150", "--qps", "0"];
  program = spawn(process.env.TIKTOK_SANDBOX_BIN, options, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(program.stdout), "line");
  address = line.replace("listening on ", "").trim();
  state = await (await fetch(`${address}/sandbox/state`)).json();
  const body = { app_id: state.app.app_id, secret: state.app.secret, auth_code: await authCode() };
  token = (await call("AuthenticationApi", "oauth2AccessToken", { body })).access_token;
  const listed = await call("AuthenticationApi", "oauth2AdvertiserGet", body.app_id, body.secret, token);
  const ids = listed.list.map((one) => one.advertiser_id);
  assert.equal(ids.length, state.users[0].accounts);
  const details = await call("AccountManagementApi", "advertiserInfo", ids.slice(0, 50), token, {});
  const approved = details.list.filter((one) => one.status === "STATUS_ENABLE");
  for (const { advertiser_id } of approved) {
    const campaigns = await call("CampaignCreationApi", "campaignGet", advertiser_id, token, { page_size: 1 });
    account ??= campaigns.page_info.total_number > 20 ? advertiser_id : undefined;
  }
});

after(() => program?.kill());

/** Checks that a page is as long as its `page_info` says, and returns its rows. */
function rows(data, size, key = "list") {
  const { page, page_size, total_number, total_page } = data.page_info;
  assert.deepEqual([page, page_size, total_page], [1, size, Math.ceil(total_number / size)]);
  assert.equal(data[key].length, Math.min(size, total_number));
  return data[key];
}

test("campaigns, ad groups and ads are listed", async () => {
  for (const [api, method, id] of [
    ["CampaignCreationApi", "campaignGet", "campaign_id"],
    ["AdgroupApi", "adgroupGet", "adgroup_id"],
    ["AdApi", "adGet", "ad_id"],
  ]) {
    const filtering = JSON.stringify({ primary_status: "STATUS_ALL" });
    const listed = rows(await call(api, method, account, token, { page_size: 1000, filtering }), 1000);
    const ids = new Set(listed.map((row) => row[id]));
    assert.ok(ids.size > 20 && ids.size === listed.length, method);
    assert.ok([...ids].every((one) => /^\d{16}$/.test(one)), method);
    const options = { page_size: 5, fields: [id, "secondary_status"] };
    for (const row of rows(await call(api, method, account, token, options), 5)) {
      assert.deepEqual(Object.keys(row).sort(), [id, "secondary_status"].sort());
    }
  }
});

test("audiences are listed, with their details", async () => {
  const data = await call("AudienceApi", "dmpCustomAudienceList", account, token, { page_size: 100 });
  const ids = rows(data, 100).map((row) => row.audience_id);
  assert.ok(ids.length > 0 && ids.every((id) => /^(\d{9}|\d{19})$/.test(id)));
  const details = await call("AudienceApi", "dmpCustomAudienceGet", account, ids, token, {});
  assert.deepEqual(details.list.map((row) => row.audience_details.audience_id).sort(), ids.sort());
});

test("images and videos are found", async () => {
  const ads = (await call("AdApi", "adGet", account, token, { page_size: 1000 })).list;
  const images = ads.flatMap((ad) => ad.image_ids ?? []).slice(0, 100);
  const found = await call("FileApi", "fileImageAdInfo", account, images, token);
  assert.deepEqual(found.list.map((row) => row.image_id).sort(), images.sort());
  const videos = rows(await call("FileApi", "adVideoSearch", account, token, { page_size: 60 }), 60);
  const ids = videos.map((row) => row.video_id);
  const again = await call("FileApi", "adVideoInfo", account, ids, token);
  assert.deepEqual(again.list, videos);
});

test("pixels, time zones and reports are listed", async () => {
  rows(await call("MeasurementApi", "pixelList", account, token, { page_size: 20 }), 20, "pixels");
  const { timezones } = await call("ToolApi", "toolTimezone", account, token);
  assert.ok(timezones.some((zone) => zone.timezone === "Asia/Singapore" && zone.gmt_offset === "GMT+08:00"));
  const options = {
    advertiser_id: account,
    data_level: "AUCTION_CAMPAIGN",
    dimensions: ["campaign_id"],
    metrics: ["spend"],
    query_lifetime: true,
    page: 1,
    page_size: 10,
  };
  assert.deepEqual(rows(await call("ReportingApi", "reportIntegratedGet", "BASIC", token, options), 10), []);
});

test("Business Centers and balances are listed", async () => {
  const centers = rows(await call("BCApi", "bcGet", token, { page_size: 50 }), 50);
  const financial = centers.filter((center) => center.ext_user_role?.finance_role);
  assert.ok(financial.length > 0);
  for (const { bc_info } of financial) {
    const options = { page_size: 50 };
    const data = await call("BCApi", "advertiserBalanceGet", bc_info.bc_id, token, options);
    assert.ok(rows(data, 50, "advertiser_account_list").every((row) => /^\d{19}$/.test(row.advertiser_id)));
  }
});

test("an account without permission and a wrong token raise", async () => {
  const other = call("CampaignCreationApi", "campaignGet", "7000000000000000001", token, {});
  await assert.rejects(other, /No permission to operate advertiser 7000000000000000001 code: 40001/);
  const wrong = call("BCApi", "bcGet", "wrong", {});
  await assert.rejects(wrong, /Access token is incorrect or has been revoked. code: 40105/);
});

test("every endpoint that both have was called", () => {
  // The SDK has no methods for user/info, oauth2/revoke_token and file/image/ad/search.
  assert.deepEqual([...called].sort(), [
    "/ad/get/",
    "/adgroup/get/",
    "/advertiser/balance/get/",
    "/advertiser/info/",
    "/bc/get/",
    "/campaign/get/",
    "/dmp/custom_audience/get/",
    "/dmp/custom_audience/list/",
    "/file/image/ad/info/",
    "/file/video/ad/info/",
    "/file/video/ad/search/",
    "/oauth2/access_token/",
    "/oauth2/advertiser/get/",
    "/pixel/list/",
    "/report/integrated/get/",
    "/tool/timezone/",
  ]);
});

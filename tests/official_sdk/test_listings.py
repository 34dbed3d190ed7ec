"""TikTok's official Python SDK reads the sandbox's listings completely."""

import re

import pytest
from business_api_client import (
    AdApi,
    AdgroupApi,
    AudienceApi,
    BCApi,
    CampaignCreationApi,
    FileApi,
    FilteringAdGet,
    FilteringAdgroupGet,
    FilteringAdvertiserBalanceGet,
    FilteringCampaignGet,
    MeasurementApi,
    ToolApi,
)
from sandbox import error_of

TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@pytest.fixture(scope="module")
def token(sandbox):
    return sandbox.token()


@pytest.fixture(scope="module")
def accounts(sandbox, token):
    """Twenty accounts, among them some of every status."""
    return sandbox.granted_accounts(token)[:20]


@pytest.fixture(scope="module")
def account(sandbox, token, accounts):
    """An approved account with campaigns."""
    details = sandbox.account_details(accounts, token, fields=["advertiser_id", "status"])
    approved = [one["advertiser_id"] for one in details if one["status"] == "STATUS_ENABLE"]
    return next(one for one in approved if campaigns(sandbox, token, one))


def pages(call, *arguments, size, key="list", **named):
    """Returns the rows of all pages, and checks each page against its `page_info`."""
    rows, page = [], 1
    while True:
        data = call(*arguments, page=page, page_size=size, **named)["data"]
        info = data["page_info"]
        assert (info["page"], info["page_size"]) == (page, size)
        assert len(data[key]) == max(0, min(size, info["total_number"] - len(rows)))
        rows += data[key]
        if page >= info["total_page"]:
            assert len(rows) == info["total_number"]
            return rows
        page += 1


def unique_ids(rows, field):
    ids = [row[field] for row in rows]
    assert len(set(ids)) == len(ids)
    # Old audiences have 9 digits.
    lengths = (9, 19) if field == "audience_id" else range(16, 20)
    assert all(isinstance(one, str) and len(one) in lengths and one.isdigit() for one in ids)
    return set(ids)


def campaigns(sandbox, token, account, size=1000, **named):
    get = CampaignCreationApi(sandbox.client).campaign_get
    return pages(get, account, token, size=size, **named)


def ad_groups(sandbox, token, account, size=1000, **named):
    return pages(AdgroupApi(sandbox.client).adgroup_get, account, token, size=size, **named)


def ads(sandbox, token, account, size=1000, **named):
    return pages(AdApi(sandbox.client).ad_get, account, token, size=size, **named)


def audiences(sandbox, token, account, size=100):
    return pages(AudienceApi(sandbox.client).dmp_custom_audience_list, account, token, size=size)


def test_parents_of_ad_groups_and_ads_are_listed(sandbox, token, accounts):
    everything = {"primary_status": "STATUS_ALL"}
    buying_types = ["AUCTION", "RESERVATION_RF"]
    found = 0
    for account in accounts:
        filtering = FilteringCampaignGet(buying_types=buying_types, **everything)
        campaign_ids = unique_ids(campaigns(sandbox, token, account, filtering=filtering), "campaign_id")
        rows = ad_groups(sandbox, token, account, filtering=FilteringAdgroupGet(**everything))
        ad_group_ids = unique_ids(rows, "adgroup_id")
        assert {row["campaign_id"] for row in rows} <= campaign_ids
        rows = ads(sandbox, token, account, filtering=FilteringAdGet(**everything))
        unique_ids(rows, "ad_id")
        assert {row["adgroup_id"] for row in rows} <= ad_group_ids
        assert {row["campaign_id"] for row in rows} <= campaign_ids
        found += len(rows)
    assert found > 500


def test_rows_have_the_documented_shape(sandbox, token, accounts):
    for account in accounts:
        for rows, kind in [
            (campaigns(sandbox, token, account), "campaign"),
            (ad_groups(sandbox, token, account), "adgroup"),
            (ads(sandbox, token, account), "ad"),
        ]:
            for row in rows:
                assert row["advertiser_id"] == account
                assert isinstance(row[f"{kind}_name"], str)
                assert row["operation_status"] in ("ENABLE", "DISABLE", "FROZEN")
                assert not row["secondary_status"].endswith("_DELETE")
                assert TIME.fullmatch(row["create_time"])
                assert row["modify_time"] is None or TIME.fullmatch(row["modify_time"])
                assert kind != "campaign" or isinstance(row["budget"], (int, float))


def test_small_pages_contain_the_same_rows(sandbox, token, account):
    assert campaigns(sandbox, token, account, size=13) == campaigns(sandbox, token, account)
    assert audiences(sandbox, token, account, size=7) == audiences(sandbox, token, account)


def test_filters_and_fields_select_rows_and_values(sandbox, token, account):
    disabled = FilteringCampaignGet(secondary_status="CAMPAIGN_STATUS_DISABLE")
    rows = campaigns(sandbox, token, account, filtering=disabled, fields=["campaign_id", "secondary_status"])
    assert rows and all(row.keys() == {"campaign_id", "secondary_status"} for row in rows)
    assert {row["secondary_status"] for row in rows} == {"CAMPAIGN_STATUS_DISABLE"}
    ids = [row["campaign_id"] for row in rows[:2]]
    some = campaigns(sandbox, token, account, filtering=FilteringCampaignGet(campaign_ids=ids))
    assert {row["campaign_id"] for row in some} == set(ids)
    without_nulls = ads(sandbox, token, account, exclude_field_types_in_response=["NULL_FIELD"])
    assert without_nulls and all(value is not None for row in without_nulls for value in row.values())
    assert "40002" in error_of(campaigns, sandbox, token, account, fields=["nonsense"])
    assert "40002" in error_of(campaigns, sandbox, token, account, size=1001)
    assert "40001" in error_of(campaigns, sandbox, token, "7000000000000000001")


def test_audiences_have_details(sandbox, token, accounts):
    get = AudienceApi(sandbox.client).dmp_custom_audience_get
    types = set()
    for account in accounts:
        rows = audiences(sandbox, token, account)
        ids = unique_ids(rows, "audience_id")
        for row in rows:
            types.add(row["audience_type"])
            assert {type(row[flag]) for flag in ("shared", "is_creator", "is_valid", "is_expiring")} == {bool}
            assert isinstance(row["cover_num"], int)
            assert TIME.fullmatch(row["create_time"]) and TIME.fullmatch(row["expired_time"])
        if rows:
            details = get(account, sorted(ids)[:100], token)["data"]["list"]
            assert {one["audience_details"]["audience_id"] for one in details} == set(sorted(ids)[:100])
            assert all(one["audience_history"] for one in details)
    assert len(types) == 11


def test_pixels_media_and_time_zones_are_read(sandbox, token, account, accounts):
    pixels = MeasurementApi(sandbox.client).pixel_list
    assert any(pages(pixels, one, token, size=20, key="pixels") for one in accounts)
    rows = ads(sandbox, token, account)
    images = [row["image_ids"][0] for row in rows[:100]]
    found = FileApi(sandbox.client).file_image_ad_info(account, images, token)["data"]["list"]
    assert [one["image_id"] for one in found] == images
    video = next(row["video_id"] for row in rows if row["video_id"])
    query = [("advertiser_id", account), ("video_ids", [video])]
    found = sandbox.call("/file/video/ad/info/", "GET", token, query=query)["list"]
    assert [one["video_id"] for one in found] == [video] and isinstance(found[0]["duration"], float)
    zones = ToolApi(sandbox.client).tool_timezone(account, token)["data"]["timezones"]
    assert {"timezone": "Asia/Singapore", "gmt_offset": "GMT+08:00"} in zones


def test_balances_require_a_finance_role(sandbox, token):
    api = BCApi(sandbox.client)
    centers = pages(api.bc_get, token, size=50)
    assert len(centers) == 3
    for center in centers:
        bc_id = center["bc_info"]["bc_id"]
        arguments = (api.advertiser_balance_get, bc_id, token)
        if center["ext_user_role"]["finance_role"] is None:
            assert "40001" in error_of(pages, *arguments, size=50)
            continue
        rows = pages(*arguments, size=5, key="advertiser_account_list")
        unique_ids(rows, "advertiser_id")
        approved = FilteringAdvertiserBalanceGet(advertiser_status=["SHOW_ACCOUNT_STATUS_APPROVED"])
        some = pages(*arguments, size=50, key="advertiser_account_list", filtering=approved)
        assert some == [row for row in rows if row["advertiser_status"] == "SHOW_ACCOUNT_STATUS_APPROVED"]

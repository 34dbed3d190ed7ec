"""Reads all campaigns, ad groups, ads and audiences of one ad account with TikTok's own SDK, and prints how many there
are and how many seconds that took: `read_all.py ADDRESS TOKEN ACCOUNT`."""

import sys
import time

from business_api_client import (
    AdApi,
    AdgroupApi,
    ApiClient,
    AudienceApi,
    CampaignCreationApi,
    Configuration,
    FilteringAdGet,
    FilteringAdgroupGet,
    FilteringCampaignGet,
)


def rows(call, *arguments, size, **named):
    page = 1
    while True:
        data = call(*arguments, page=page, page_size=size, **named)["data"]
        yield from data["list"]
        if page >= data["page_info"]["total_page"]:
            return
        page += 1


def objects(client, token, account):
    """Kind of id and id of everything in an ad account, deleted objects and TopView's included."""
    listings = [
        (CampaignCreationApi(client).campaign_get, FilteringCampaignGet, "campaign_id"),
        (AdgroupApi(client).adgroup_get, FilteringAdgroupGet, "adgroup_id"),
        (AdApi(client).ad_get, FilteringAdGet, "ad_id"),
    ]
    found = set()
    for call, filtering, key in listings:
        for buying_types in (None, ["RESERVATION_TOP_VIEW"]):
            wanted = filtering(primary_status="STATUS_ALL", buying_types=buying_types)
            size = 100 if buying_types else 1000
            named = {"filtering": wanted, "exclude_field_types_in_response": ["NULL_FIELD"]}
            found.update((key, row[key]) for row in rows(call, account, token, size=size, **named))
    key, call = "audience_id", AudienceApi(client).dmp_custom_audience_list
    found.update((key, row[key]) for row in rows(call, account, token, size=100))
    return found


def main(address, token, account):
    configuration = Configuration()
    configuration.host = address
    client = ApiClient(configuration)
    started = time.perf_counter()
    print(len(objects(client, token, account)), time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])

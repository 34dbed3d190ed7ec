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


def main(address, token, account):
    configuration = Configuration()
    configuration.host = address
    client = ApiClient(configuration)
    listings = [
        (CampaignCreationApi(client).campaign_get, FilteringCampaignGet),
        (AdgroupApi(client).adgroup_get, FilteringAdgroupGet),
        (AdApi(client).ad_get, FilteringAdGet),
    ]
    started, ids = time.perf_counter(), set()
    for (call, filtering), key in zip(listings, ["campaign_id", "adgroup_id", "ad_id"]):
        for buying_types in (None, ["RESERVATION_TOP_VIEW"]):
            wanted = filtering(primary_status="STATUS_ALL", buying_types=buying_types)
            size = 100 if buying_types else 1000
            for row in rows(call, account, token, size=size, filtering=wanted,
                            exclude_field_types_in_response=["NULL_FIELD"]):
                ids.add((key, row[key]))
    for row in rows(AudienceApi(client).dmp_custom_audience_list, account, token, size=100):
        ids.add(("audience_id", row["audience_id"]))
    print(len(ids), time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])

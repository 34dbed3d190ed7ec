"""Reads all campaigns, ad groups, ads, audiences, and the pictures and videos of the ads of one ad account with TikTok's own
SDK, and prints how many there are, pictures and videos apart, and how many seconds that took:
`read_all.py ADDRESS TOKEN ACCOUNT`."""

import sys
import time

from business_api_client import (
    AdApi,
    AdgroupApi,
    ApiClient,
    AudienceApi,
    CampaignCreationApi,
    Configuration,
    FileApi,
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


def media(client, token, account, ads):
    """Ids of the pictures and videos that the ads show and that TikTok tells something of."""
    images = sorted({image for ad in ads for image in ad.get("image_ids") or []})
    videos = sorted({ad["video_id"] for ad in ads if ad.get("video_id")})
    found = set()
    for at in range(0, len(images), 100):
        answer = FileApi(client).file_image_ad_info(account, images[at : at + 100], token)
        found.update(image["image_id"] for image in answer["data"]["list"])
    for at in range(0, len(videos), 60):
        # The SDK has no method for it.
        answer = client.call_api(
            "/open_api/v1.3/file/video/ad/info/",
            "GET",
            query_params=[("advertiser_id", account), ("video_ids", videos[at : at + 60])],
            header_params={"Access-Token": token},
            response_type="InlineResponse200",
            _return_http_data_only=True,
        )
        found.update(video["video_id"] for video in answer["data"]["list"])
    return found


def objects(client, token, account, ads=None):
    """Kind of id and id of everything in an ad account, deleted objects and TopView's included; `ads` gets the ads' rows."""
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
            told = list(rows(call, account, token, size=size, **named))
            found.update((key, row[key]) for row in told)
            if ads is not None and key == "ad_id":
                ads += told
    key, call = "audience_id", AudienceApi(client).dmp_custom_audience_list
    found.update((key, row[key]) for row in rows(call, account, token, size=100))
    return found


def main(address, token, account):
    configuration = Configuration()
    configuration.host = address
    client = ApiClient(configuration)
    started, ads = time.perf_counter(), []
    found = objects(client, token, account, ads)
    pictures = media(client, token, account, ads)
    print(len(found), len(pictures), time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Reads all objects of an ad account, and the images and videos of its ads, with TikTok's official SDK.

Usage: `read_all.py ADDRESS TOKEN ACCOUNT`. Prints the number of objects, the number of images and videos, and the elapsed
seconds.
"""

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
    """Returns the ids of the ads' images and videos that TikTok has details of."""
    images = sorted({image for ad in ads for image in ad.get("image_ids") or []})
    videos = sorted({ad["video_id"] for ad in ads if ad.get("video_id")})
    found = set()
    for at in range(0, len(images), 100):
        response = FileApi(client).file_image_ad_info(account, images[at : at + 100], token)
        found.update(image["image_id"] for image in response["data"]["list"])
    for at in range(0, len(videos), 60):
        # The SDK has no method for this endpoint.
        response = client.call_api(
            "/open_api/v1.3/file/video/ad/info/",
            "GET",
            query_params=[("advertiser_id", account), ("video_ids", videos[at : at + 60])],
            header_params={"Access-Token": token},
            response_type="InlineResponse200",
            _return_http_data_only=True,
        )
        found.update(video["video_id"] for video in response["data"]["list"])
    return found


def objects(client, token, account, ads=None):
    """Returns the id field and id of every object in an ad account, including deleted and TopView objects.

    Appends the rows of the ads to `ads`.
    """
    listings = [
        (CampaignCreationApi(client).campaign_get, FilteringCampaignGet, "campaign_id"),
        (AdgroupApi(client).adgroup_get, FilteringAdgroupGet, "adgroup_id"),
        (AdApi(client).ad_get, FilteringAdGet, "ad_id"),
    ]
    found = set()
    for call, filtering, key in listings:
        for buying_types in (None, ["RESERVATION_TOP_VIEW"]):
            selection = filtering(primary_status="STATUS_ALL", buying_types=buying_types)
            size = 100 if buying_types else 1000
            named = {"filtering": selection, "exclude_field_types_in_response": ["NULL_FIELD"]}
            listed = list(rows(call, account, token, size=size, **named))
            found.update((key, row[key]) for row in listed)
            if ads is not None and key == "ad_id":
                ads += listed
    key, call = "audience_id", AudienceApi(client).dmp_custom_audience_list
    found.update((key, row[key]) for row in rows(call, account, token, size=100))
    return found


def main(address, token, account):
    configuration = Configuration()
    configuration.host = address
    client = ApiClient(configuration)
    started, ads = time.perf_counter(), []
    found = objects(client, token, account, ads)
    found_media = media(client, token, account, ads)
    print(len(found), len(found_media), time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])

//! `GET /tool/timezone/`: time zones with fixed offsets in whole and half hours, without daylight saving time.

use serde_json::{Value, json};

use super::call::Call;
use crate::envelope::ApiResult;

#[rustfmt::skip]
const ZONES: &[(&str, &str)] = &[
    ("Pacific/Midway", "GMT-11:00"),
    ("Pacific/Honolulu", "GMT-10:00"),
    ("America/Anchorage", "GMT-09:00"),
    ("America/Los_Angeles", "GMT-08:00"),
    ("America/Denver", "GMT-07:00"),
    ("America/Phoenix", "GMT-07:00"),
    ("America/Chicago", "GMT-06:00"),
    ("America/Mexico_City", "GMT-06:00"),
    ("America/New_York", "GMT-05:00"),
    ("America/Bogota", "GMT-05:00"),
    ("America/Lima", "GMT-05:00"),
    ("America/Caracas", "GMT-04:00"),
    ("America/Halifax", "GMT-04:00"),
    ("America/Santiago", "GMT-04:00"),
    ("America/St_Johns", "GMT-03:30"),
    ("America/Sao_Paulo", "GMT-03:00"),
    ("America/Argentina/Buenos_Aires", "GMT-03:00"),
    ("Atlantic/South_Georgia", "GMT-02:00"),
    ("Atlantic/Azores", "GMT-01:00"),
    ("Europe/London", "GMT+00:00"),
    ("Africa/Casablanca", "GMT+01:00"),
    ("Europe/Paris", "GMT+01:00"),
    ("Europe/Berlin", "GMT+01:00"),
    ("Europe/Madrid", "GMT+01:00"),
    ("Africa/Lagos", "GMT+01:00"),
    ("Europe/Athens", "GMT+02:00"),
    ("Europe/Kyiv", "GMT+02:00"),
    ("Africa/Cairo", "GMT+02:00"),
    ("Africa/Johannesburg", "GMT+02:00"),
    ("Asia/Jerusalem", "GMT+02:00"),
    ("Europe/Moscow", "GMT+03:00"),
    ("Europe/Istanbul", "GMT+03:00"),
    ("Asia/Riyadh", "GMT+03:00"),
    ("Africa/Nairobi", "GMT+03:00"),
    ("Asia/Tehran", "GMT+03:30"),
    ("Asia/Dubai", "GMT+04:00"),
    ("Asia/Kabul", "GMT+04:30"),
    ("Asia/Karachi", "GMT+05:00"),
    ("Asia/Kolkata", "GMT+05:30"),
    ("Asia/Dhaka", "GMT+06:00"),
    ("Asia/Yangon", "GMT+06:30"),
    ("Asia/Bangkok", "GMT+07:00"),
    ("Asia/Ho_Chi_Minh", "GMT+07:00"),
    ("Asia/Jakarta", "GMT+07:00"),
    ("Asia/Singapore", "GMT+08:00"),
    ("Asia/Kuala_Lumpur", "GMT+08:00"),
    ("Asia/Manila", "GMT+08:00"),
    ("Asia/Hong_Kong", "GMT+08:00"),
    ("Asia/Taipei", "GMT+08:00"),
    ("Asia/Shanghai", "GMT+08:00"),
    ("Australia/Perth", "GMT+08:00"),
    ("Asia/Seoul", "GMT+09:00"),
    ("Asia/Tokyo", "GMT+09:00"),
    ("Australia/Darwin", "GMT+09:30"),
    ("Australia/Adelaide", "GMT+09:30"),
    ("Australia/Brisbane", "GMT+10:00"),
    ("Australia/Sydney", "GMT+10:00"),
    ("Pacific/Guadalcanal", "GMT+11:00"),
    ("Pacific/Auckland", "GMT+12:00"),
    ("Pacific/Tongatapu", "GMT+13:00"),
];

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    call.account(&grant)?;
    let zones: Vec<Value> =
        ZONES.iter().map(|(zone, offset)| json!({"timezone": zone, "gmt_offset": offset})).collect();
    Ok(json!({ "timezones": zones }).into())
}

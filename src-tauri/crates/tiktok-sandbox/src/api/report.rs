//! `GET /report/integrated/get/`: reports. Nothing is delivered here, so every report is empty.

use serde_json::json;

use super::call::Call;
use super::listing::Paging;
use super::parameters::missing;
use crate::envelope::{ApiResult, api_error};

const TYPES: [&str; 6] = ["BASIC", "AUDIENCE", "PLAYABLE_MATERIAL", "CATALOG", "BC", "TT_SHOP"];

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let paging = Paging::read(&call.parameters, 1000)?;
    let report_type = call.parameters.text("report_type")?;
    if !TYPES.contains(&report_type.as_str()) {
        return api_error(40002, format!("report_type: Must be one of {}.", TYPES.join(", ")));
    }
    if call.parameters.list("dimensions")?.is_none_or(|dimensions| dimensions.is_empty()) {
        return missing("dimensions");
    }
    call.account(&grant)?;
    Ok(json!({ "list": [], "page_info": paging.info(0) }).into())
}

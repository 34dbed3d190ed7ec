//! `GET /dmp/custom_audience/get/`: details and history of audiences. Unknown ids are left out of the response.

use super::audience_list::MAX_IDS;
use super::call::Call;
use super::listing::write_array;
use crate::envelope::{ApiResult, Data};
use crate::inventory::audience::Audience;
use crate::inventory::{ListedObject, ObjectKind};

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let ids = call.parameters.required_ids("custom_audience_ids", MAX_IDS)?;
    let history = call.parameters.number("history_size", 100, 1..=100)?;
    let view = call.account(&grant)?;
    let indexes = ids.iter().filter_map(|id| view.index(ObjectKind::Audience, *id));
    let audiences = indexes.filter_map(|index| Audience::at(&view, index));
    let mut out = b"{\"list\":".to_vec();
    write_array(&mut out, audiences, |out, audience| audience.write_details(out, history));
    out.push(b'}');
    Ok(Data(out))
}

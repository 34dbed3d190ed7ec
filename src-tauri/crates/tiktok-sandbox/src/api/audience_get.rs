//! `GET /dmp/custom_audience/get/`: details and history of some audiences. Unknown ones are missing from the answer.

use super::Call;
use super::audience_list::MOST_IDS;
use crate::envelope::{Answer, Data, refuse};
use crate::inventory::Kind;
use crate::inventory::audience::Audience;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let Some(ids) = call.input.ids("custom_audience_ids", MOST_IDS)? else {
        return refuse(40002, "Missing required field(s): custom_audience_ids.");
    };
    let history = call.input.number("history_size", 100, 1..=100)?;
    let view = call.account(&grant)?;
    let indexes = ids.iter().filter_map(|id| view.index(Kind::Audience, *id));
    let mut out = b"{\"list\":[".to_vec();
    for (number, audience) in indexes.filter_map(|index| Audience::at(&view, index)).enumerate() {
        if number > 0 {
            out.push(b',');
        }
        audience.write_details(&mut out, history);
    }
    out.extend_from_slice(b"]}");
    Ok(Data(out))
}

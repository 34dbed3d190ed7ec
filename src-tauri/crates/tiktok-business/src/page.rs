//! Decoding one page of a list. A row that cannot be read does not invalidate the others.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

use crate::{Error, InvalidRow, RawJson, Row, envelope::Response, lenient::field};

/// Rows of a list, in TikTok's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub invalid: Vec<InvalidRow>,
}

/// TikTok's `page_info`, which counts the rows and pages of the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct PageInfo {
    #[serde(deserialize_with = "count")]
    pub total_number: u64,
    #[serde(deserialize_with = "count")]
    pub total_page: u64,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    list: Vec<&'a RawValue>,
    page_info: Option<PageInfo>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Page { rows: Vec::new(), invalid: Vec::new() }
    }
}

impl<T> Page<T> {
    pub(crate) fn append(&mut self, mut other: Page<T>) {
        self.rows.append(&mut other.rows);
        self.invalid.append(&mut other.invalid);
    }
}

/// A page whose rows have not been decoded. Pages that were fetched early wait in this form, which needs less memory.
#[derive(Debug)]
pub struct RawPage {
    rows: Vec<RawJson>,
    /// Lists without pages have none.
    pub info: Option<PageInfo>,
}

impl RawPage {
    pub fn of(response: Response) -> Result<RawPage, Error> {
        let data: Data = response.data()?;
        let rows = data.list.iter().map(|row| RawJson::within(&response.body, row.get())).collect();
        Ok(RawPage { rows, info: data.page_info })
    }

    pub fn decode<T: Row>(self) -> Page<T> {
        let mut page = Page::default();
        for json in self.rows {
            match T::decode(json) {
                Ok(row) => page.rows.push(row),
                Err(invalid) => page.invalid.push(invalid),
            }
        }
        page
    }
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number: Option<i64> = field(deserializer)?;
    number.and_then(|number| number.try_into().ok()).ok_or_else(|| D::Error::custom("not a count"))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use reqwest::StatusCode;
    use serde::de::IgnoredAny;

    use super::*;
    use crate::{Ad, AdGroup, Audience, Campaign, Undecoded};

    const SAMPLES: [&str; 4] = [
        include_str!("../tests/http/samples/doc-campaign_get.json"),
        include_str!("../tests/http/samples/doc-adgroup_get.json"),
        include_str!("../tests/http/samples/doc-ad_get.json"),
        include_str!("../tests/http/samples/doc-dmp_custom_audience_list.json"),
    ];

    #[derive(Deserialize)]
    struct Listing {
        data: List,
    }

    /// Numbers that no type can hold, such as `1e999`, are valid JSON, so rows are not decoded here.
    #[derive(Deserialize)]
    struct List {
        list: Vec<IgnoredAny>,
    }

    /// Decodes the page and returns how many rows it has, readable or not.
    fn rows<T: Row>(body: &str) -> Option<usize> {
        let response = Response { endpoint: "x/", status: StatusCode::OK, retry_at: None, body: body.into() };
        let page = RawPage::of(response).ok()?.decode::<T>();
        Some(page.rows.len() + page.invalid.len())
    }

    proptest! {
        #[test]
        fn a_damaged_page_is_an_error_or_keeps_every_row(
            sample in 0..SAMPLES.len(),
            damage in vec((any::<Index>(), prop_oneof!["[\\[\\]{}\",:0-9]", "null|true|-1|1e9|\"\"|\"x\"", "\\PC"]), 1..6),
        ) {
            let mut body = SAMPLES[sample].to_owned();
            for (at, text) in damage {
                let at = at.index(body.len());
                let starts: Vec<usize> = body.char_indices().map(|(start, _)| start).collect();
                let at = starts[starts.partition_point(|&start| start <= at) - 1];
                let end = body[at..].chars().next().map_or(at, |char| at + char.len_utf8());
                body.replace_range(at..end, &text);
            }
            let listed = serde_json::from_str::<Listing>(&body).ok().map(|body| body.data.list.len());
            for found in [
                rows::<Campaign>(&body),
                rows::<AdGroup>(&body),
                rows::<Ad>(&body),
                rows::<Audience>(&body),
                rows::<Undecoded<Campaign>>(&body),
            ] {
                prop_assert!(found.is_none() || found == listed, "{:?} of {:?}", found, listed);
            }
        }
    }
}

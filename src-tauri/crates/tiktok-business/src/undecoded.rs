//! Rows of which only the id has been read.

use std::marker::PhantomData;

use memchr::memmem;

use crate::{InvalidRow, RawJson, Row, id::is_id};

/// A row whose other fields are read when they are needed. A caller that has the same JSON already can do without.
#[derive(Debug)]
pub struct Undecoded<T: Row> {
    id: String,
    json: RawJson,
    row: PhantomData<fn() -> T>,
}

impl<T: Row> Undecoded<T> {
    pub fn json(&self) -> &RawJson {
        &self.json
    }

    /// Reads the row.
    ///
    /// # Errors
    /// Fails if the row differs from TikTok's documentation, or has another id than [`Row::id`] found.
    pub fn read(&self) -> Result<T, InvalidRow> {
        let row = T::decode(self.json.clone())?;
        if row.id() == self.id {
            return Ok(row);
        }
        let (id, reason) = (Some(self.id.clone()), format!("another id: {}", row.id()));
        Err(InvalidRow { id, reason, json: self.json.clone() })
    }
}

impl<T: Row> Row for Undecoded<T> {
    const ENDPOINT: &'static str = T::ENDPOINT;
    const ID_FIELD: &'static str = T::ID_FIELD;

    fn id(&self) -> &str {
        &self.id
    }

    fn decode(json: RawJson) -> Result<Self, InvalidRow> {
        let id = match id_of(json.as_str(), T::ID_FIELD) {
            Some(id) => id,
            None => T::decode(json.clone())?.id().into(),
        };
        Ok(Undecoded { id, json, row: PhantomData })
    }
}

/// Finds the id in a row without reading the rest of the row, which takes several times as long. Returns `None` where the
/// field occurs twice or seems to be in another object, or its value is no plain id: then the row has to be read.
fn id_of(row: &str, field: &str) -> Option<String> {
    let name = format!("\"{field}\"");
    let mut names = memmem::find_iter(row.as_bytes(), &name);
    let (at, None) = (names.next()?, names.next()) else { return None };
    let (opened, closed) = (row[..at].matches('{').count(), row[..at].matches('}').count());
    if opened != closed + 1 {
        return None;
    }
    let value = row[at + name.len()..].trim_ascii_start().strip_prefix(':')?.trim_ascii_start();
    let (id, _) = match value.strip_prefix('"') {
        Some(text) => text.split_once('"')?,
        None => value.split_once([',', '}', ' ', '\t', '\r', '\n'])?,
    };
    is_id(id).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use bytestring::ByteString;

    use super::*;
    use crate::Campaign;

    fn raw(row: &str) -> RawJson {
        let body = ByteString::from(row);
        RawJson::within(&body, &body)
    }

    #[test]
    fn an_id_is_found_without_reading_the_row() {
        for row in [
            r#"{"a":[1,{"b":"x"}],"campaign_id":"17799238875","campaign_name":7.5}"#,
            "{\"campaign_id\" :\n 17799238875 }",
            r#"{"budget":{},"campaign_id":17799238875}"#,
        ] {
            let read = Undecoded::<Campaign>::decode(raw(row)).unwrap();
            assert_eq!(read.id(), "17799238875", "{row}");
        }
    }

    #[test]
    fn an_unusual_id_is_the_one_of_the_whole_row() {
        for row in [
            r#"{"campaign_id":"177992\u003388"}"#,
            r#"{"other":"campaign_id","campaign_id":"17799238"}"#,
            r#"{"campaign\u005fid":"17799238"}"#,
            r#"{"campaign":{"campaign_id":"5"},"campaign_id":"17799238"}"#,
        ] {
            let (read, whole) = (Undecoded::<Campaign>::decode(raw(row)), Campaign::decode(raw(row)));
            assert_eq!(read.map(|row| row.id().to_owned()), whole.map(|row| row.id().to_owned()), "{row}");
        }
        for invalid in ["1.5", "-3", "0", "true", "null", "\"x\"", "\"0\"", "[7]", "{}"] {
            let row = format!("{{\"campaign_id\":{invalid}}}");
            let (read, whole) = (Undecoded::<Campaign>::decode(raw(&row)), Campaign::decode(raw(&row)));
            assert_eq!(read.unwrap_err(), whole.unwrap_err(), "{row}");
        }
    }

    #[test]
    fn an_id_inside_another_object_is_not_that_of_the_row() {
        let invalid = Undecoded::<Campaign>::decode(raw(r#"{"campaign":{"campaign_id":"5"}}"#)).unwrap_err();
        assert_eq!(invalid.id.as_deref(), Some("5"));
        // A brace in a text makes it look like the row's own, until the row is read.
        for row in [
            r#"{"a":"}","campaign":{"campaign_id":"5"}}"#,
            r#"{"a":"}","campaign":{"campaign_id":"5"},"campaign\u005fid":"17799238"}"#,
        ] {
            let invalid = Undecoded::<Campaign>::decode(raw(row)).unwrap().read().unwrap_err();
            assert_eq!(invalid.id.as_deref(), Some("5"), "{row}");
        }
    }
}

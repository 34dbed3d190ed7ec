//! Rows of which only the id has been read.

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer};

use crate::{InvalidRow, RawJson, Row, page, row::OnlyId};

/// A row whose other fields are read when they are needed. A caller that has the same JSON already can do without.
#[derive(Debug)]
pub struct Undecoded<T: Row> {
    id: T::OnlyId,
    json: RawJson,
    row: PhantomData<fn() -> T>,
}

impl<T: Row> Undecoded<T> {
    pub fn json(&self) -> &RawJson {
        &self.json
    }

    /// # Errors
    /// Fails if the row differs from TikTok's documentation.
    pub fn decode(&self) -> Result<T, InvalidRow> {
        page::decode(self.json.clone())
    }
}

impl<T: Row> Row for Undecoded<T> {
    const ENDPOINT: &'static str = T::ENDPOINT;
    const ID_FIELD: &'static str = T::ID_FIELD;

    type OnlyId = T::OnlyId;

    fn id(&self) -> &str {
        self.id.id()
    }

    fn set_json(&mut self, json: RawJson) {
        self.json = json;
    }
}

impl<'de, T: Row> Deserialize<'de> for Undecoded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = T::OnlyId::deserialize(deserializer)?;
        Ok(Undecoded { id, json: RawJson::default(), row: PhantomData })
    }
}

//! From an answer's bytes to rows in one pass: no row is copied or looked at twice, and a bad one does not spoil the
//! others.

use std::sync::Arc;

use compact_str::CompactString;
use reqwest::StatusCode;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use crate::{
    BadRow, Error, Json, Page, codes,
    column::{self, Column},
    envelope::{no_envelope, shape},
    id::is_id,
    row::Row,
};

/// An answer's `data` with rows.
#[derive(Debug)]
pub struct Answer<T> {
    pub page: Page<T>,
    pub info: Option<PageInfo>,
}

/// Where a page stands, as TikTok counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct PageInfo {
    /// Rows on all pages.
    #[serde(deserialize_with = "count")]
    pub total_number: u64,
    /// Pages.
    #[serde(deserialize_with = "count")]
    pub total_page: u64,
}

fn count<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number: Option<i64> = column::read(deserializer)?;
    number.and_then(|number| number.try_into().ok()).ok_or_else(|| serde::de::Error::custom("no count"))
}

/// Opens the envelope as [`crate::envelope::open`] does, and reads `data`'s list.
pub fn rows<T: Row>(status: StatusCode, body: Vec<u8>) -> Result<Answer<T>, Error> {
    // Names cut in the middle of a character would otherwise lose the page.
    let text = String::from_utf8(body)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let text = Arc::new(text);
    let mut envelope = Envelope::default();
    let mut cursor = Cursor { text: &text, at: 0 };
    let opened = cursor.members(|key, cursor| {
        match key {
            "code" => envelope.code = cursor.loose()?,
            "message" => envelope.message = cursor.loose()?,
            "request_id" => envelope.request_id = cursor.loose()?,
            // The usual order is code, message, request_id, data; some answers begin with data.
            "data" if envelope.code.is_none_or(|code| !codes::OK.contains(&code)) => {
                envelope.data = Some(cursor.at);
                cursor.skip()?;
            }
            "data" => envelope.answer = data::<T>(&text, cursor)?,
            _ => cursor.skip()?,
        }
        Some(())
    });
    let endpoint = T::ENDPOINT;
    if opened.is_none() || cursor.peek().is_some() {
        return Err(no_envelope(endpoint, status, text.as_bytes()));
    }
    let Some(code) = envelope.code else {
        return Err(Error::not_tiktok(endpoint, status, "the answer has no code"));
    };
    if !codes::OK.contains(&code) {
        let message = envelope.message.unwrap_or_default();
        return Err(Error::answered(endpoint, code, &message, envelope.request_id.as_deref()));
    }
    if let (None, Some(at)) = (&envelope.answer, envelope.data) {
        envelope.answer = data::<T>(&text, &mut Cursor { text: &text, at }).flatten();
    }
    envelope.answer.ok_or_else(|| shape(endpoint, "the answer has no list"))
}

struct Envelope<T> {
    code: Option<i64>,
    message: Option<CompactString>,
    request_id: Option<CompactString>,
    /// Where `data` is, when it came before the code.
    data: Option<usize>,
    answer: Option<Answer<T>>,
}

impl<T> Default for Envelope<T> {
    fn default() -> Self {
        Envelope { code: None, message: None, request_id: None, data: None, answer: None }
    }
}

/// Nothing when the text is no JSON; no answer when there is no list in it.
fn data<T: Row>(text: &Arc<String>, cursor: &mut Cursor<'_>) -> Option<Option<Answer<T>>> {
    if cursor.peek()? != b'{' {
        cursor.skip()?;
        return Some(None);
    }
    let (mut page, mut info) = (None, None);
    cursor.members(|key, cursor| {
        if key == T::LIST && cursor.peek()? == b'[' {
            page = Some(list::<T>(text, cursor)?);
        } else if key == "page_info" {
            info = cursor.value_or_skip()?;
        } else {
            cursor.skip()?;
        }
        Some(())
    })?;
    Some(page.map(|page| Answer { page, info }))
}

fn list<T: Row>(text: &Arc<String>, cursor: &mut Cursor<'_>) -> Option<Page<T>> {
    let mut page = Page::default();
    cursor.elements(|cursor| {
        cursor.peek()?;
        let start = cursor.at;
        let row = cursor.value_or_skip::<T>()?;
        let json = Json::part_of(text, start..cursor.at);
        match row {
            Some(mut row) => {
                row.keep(json);
                page.rows.push(row);
            }
            None => page.bad.push(bad_row::<T>(json)),
        }
        Some(())
    })?;
    Some(page)
}

/// Read again, slowly, to learn what is wrong.
fn bad_row<T: Row>(json: Json) -> BadRow {
    let mut deserializer = serde_json::Deserializer::from_str(json.as_str());
    let why = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    let mut id = None;
    Cursor { text: json.as_str(), at: 0 }.members(|key, cursor| {
        if key == T::ID {
            id = cursor.loose::<CompactString>()?;
        } else {
            cursor.skip()?;
        }
        Some(())
    });
    BadRow { id: id.filter(|id| is_id(id)), why, json }
}

/// A value of the type, or nothing if it is of another.
struct Loose<T>(Option<T>);

impl<'de, T> Deserialize<'de> for Loose<T>
where
    Option<T>: Column,
{
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        column::read(deserializer).map(Loose)
    }
}

/// A place in JSON text. Every step gives nothing when the text is no JSON.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blanks = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))?;
        self.at += blanks;
        rest.get(blanks).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Reads one value; where that fails the place is lost.
    fn value<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut values = serde_json::Deserializer::from_str(self.text.get(self.at..)?).into_iter::<T>();
        let value = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(value)
    }

    /// Reads one value, or goes past one of another type.
    fn value_or_skip<T: DeserializeOwned>(&mut self) -> Option<Option<T>> {
        let start = self.at;
        let value = self.value();
        if value.is_none() {
            self.at = start;
            self.skip()?;
        }
        Some(value)
    }

    /// The same for what a column can hold.
    fn loose<T>(&mut self) -> Option<Option<T>>
    where
        Option<T>: Column,
    {
        Some(self.value_or_skip::<Loose<T>>()?.and_then(|loose| loose.0))
    }

    fn skip(&mut self) -> Option<()> {
        self.value::<IgnoredAny>().map(drop)
    }

    /// Every member of an object; `member` stands before its value and has to go behind it.
    fn members(&mut self, mut member: impl FnMut(&str, &mut Self) -> Option<()>) -> Option<()> {
        if !self.eat(b'{') {
            return None;
        }
        if self.eat(b'}') {
            return Some(());
        }
        loop {
            let key = self.value::<String>()?;
            if !self.eat(b':') {
                return None;
            }
            member(&key, self)?;
            if self.eat(b'}') {
                return Some(());
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    /// Every element of a list, likewise.
    fn elements(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if !self.eat(b'[') {
            return None;
        }
        if self.eat(b']') {
            return Some(());
        }
        loop {
            element(self)?;
            if self.eat(b']') {
                return Some(());
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }
}

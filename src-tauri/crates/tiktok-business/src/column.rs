//! Reading one column of a row straight from the answer's text: strings or numbers where ids are meant, nothing or null
//! where a value may be missing. Any other type makes the row a bad one.

use std::{fmt, marker::PhantomData};

use compact_str::{CompactString, ToCompactString};
use serde::{
    Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};

/// For `#[serde(deserialize_with)]`.
pub fn read<'de, D: Deserializer<'de>, T: Column>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Reader(PhantomData))
}

/// What a column can hold.
pub trait Column: Sized {
    const EXPECTED: &'static str;

    fn text(_: &str) -> Option<Self> {
        None
    }

    fn whole(_: i128) -> Option<Self> {
        None
    }

    fn float(_: f64) -> Option<Self> {
        None
    }

    fn flag(_: bool) -> Option<Self> {
        None
    }

    fn null() -> Option<Self> {
        None
    }

    fn list(_: Vec<CompactString>) -> Option<Self> {
        None
    }
}

impl Column for Option<CompactString> {
    const EXPECTED: &'static str = "text";

    fn text(text: &str) -> Option<Self> {
        Some(Some(text.into()))
    }

    fn whole(number: i128) -> Option<Self> {
        Some(Some(number.to_compact_string()))
    }

    fn null() -> Option<Self> {
        Some(None)
    }
}

impl Column for Option<f64> {
    const EXPECTED: &'static str = "a number";

    fn text(text: &str) -> Option<Self> {
        // Reports write "-" for nothing, other fields an empty text.
        if matches!(text, "" | "-") {
            Some(None)
        } else {
            text.parse().ok().filter(|n: &f64| n.is_finite()).map(Some)
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "amounts of money")]
    fn whole(number: i128) -> Option<Self> {
        Some(Some(number as f64))
    }

    fn float(number: f64) -> Option<Self> {
        Some(Some(number))
    }

    fn null() -> Option<Self> {
        Some(None)
    }
}

impl Column for Option<i64> {
    const EXPECTED: &'static str = "a whole number";

    fn text(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
    }

    fn whole(number: i128) -> Option<Self> {
        number.try_into().ok().map(Some)
    }

    fn null() -> Option<Self> {
        Some(None)
    }
}

impl Column for Option<bool> {
    const EXPECTED: &'static str = "true or false";

    fn flag(flag: bool) -> Option<Self> {
        Some(Some(flag))
    }

    fn whole(number: i128) -> Option<Self> {
        (0..=1).contains(&number).then_some(Some(number == 1))
    }

    fn null() -> Option<Self> {
        Some(None)
    }
}

impl Column for Vec<CompactString> {
    const EXPECTED: &'static str = "a list of texts";

    fn list(list: Vec<CompactString>) -> Option<Self> {
        Some(list)
    }

    fn null() -> Option<Self> {
        Some(Vec::new())
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Column> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::text(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::whole(number.into()).ok_or_else(|| E::invalid_type(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::whole(number.into()).ok_or_else(|| E::invalid_type(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        T::float(number).ok_or_else(|| E::invalid_type(Unexpected::Float(number), &self))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<T, E> {
        T::flag(flag).ok_or_else(|| E::invalid_type(Unexpected::Bool(flag), &self))
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        T::null().ok_or_else(|| E::invalid_type(Unexpected::Unit, &self))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        let mut list = Vec::new();
        while let Some(Element(text)) = seq.next_element()? {
            list.extend(text);
        }
        T::list(list).ok_or_else(|| A::Error::invalid_type(Unexpected::Seq, &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Err(A::Error::invalid_type(Unexpected::Map, &self))
    }
}

/// Text in a list; null is no element.
struct Element(Option<CompactString>);

impl<'de> serde::Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Element)
    }
}

//! Writes one object of a listing directly as JSON, which keeps listings of a million objects fast.

use serde_json::{Map, Value};

use super::time;

/// The fields that a response includes.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldSelection {
    /// All fields if `None`.
    pub fields: Option<Vec<String>>,
    /// `exclude_field_types_in_response`
    pub omit_nulls: bool,
}

pub(crate) struct RowWriter<'a> {
    out: &'a mut Vec<u8>,
    selection: &'a FieldSelection,
    overrides: Option<&'a Map<String, Value>>,
    is_empty: bool,
}

// Writing to memory cannot fail, so the results of `to_writer` are ignored.
impl<'a> RowWriter<'a> {
    /// Starts an object. Fields in `overrides` replace those written later.
    pub(crate) fn open(
        out: &'a mut Vec<u8>,
        selection: &'a FieldSelection,
        overrides: Option<&'a Map<String, Value>>,
    ) -> RowWriter<'a> {
        out.push(b'{');
        let mut row = RowWriter { out, selection, overrides: None, is_empty: true };
        for (name, value) in overrides.into_iter().flatten() {
            if !(value.is_null() && selection.omit_nulls) && row.includes(name) {
                row.separate();
                // Unlike our own field names, these may need escaping.
                let _ = serde_json::to_writer(&mut *row.out, name);
                row.out.push(b':');
                let _ = serde_json::to_writer(&mut *row.out, value);
            }
        }
        row.overrides = overrides;
        row
    }

    pub(crate) fn close(self) {
        self.out.push(b'}');
    }

    fn includes(&self, name: &str) -> bool {
        self.selection.fields.as_ref().is_none_or(|fields| fields.iter().any(|field| field == name))
            && self.overrides.is_none_or(|overrides| !overrides.contains_key(name))
    }

    fn separate(&mut self) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
    }

    /// Writes the name; false if the field is not included.
    fn key(&mut self, name: &str) -> bool {
        if !self.includes(name) {
            return false;
        }
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        true
    }

    /// `json` must be valid JSON.
    pub(crate) fn raw(&mut self, name: &str, json: &str) {
        if self.key(name) {
            self.out.extend_from_slice(json.as_bytes());
        }
    }

    pub(crate) fn null(&mut self, name: &str) {
        if !self.selection.omit_nulls {
            self.raw(name, "null");
        }
    }

    pub(crate) fn nulls(&mut self, names: &[&str]) {
        names.iter().for_each(|name| self.null(name));
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.lazy_text(name, || text);
    }

    /// Computes the text only if the field is included.
    pub(crate) fn lazy_text<T: AsRef<str>>(&mut self, name: &str, text: impl FnOnce() -> T) {
        if self.key(name) {
            let _ = serde_json::to_writer(&mut *self.out, text().as_ref());
        }
    }

    pub(crate) fn optional_text(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.null(name),
        }
    }

    /// Ids are strings in responses.
    pub(crate) fn id(&mut self, name: &str, id: u64) {
        if self.key(name) {
            self.out.push(b'"');
            self.digits(id);
            self.out.push(b'"');
        }
    }

    pub(crate) fn number(&mut self, name: &str, number: u64) {
        if self.key(name) {
            self.digits(number);
        }
    }

    fn digits(&mut self, number: u64) {
        let _ = serde_json::to_writer(&mut *self.out, &number);
    }

    /// Writes an amount that is given in hundredths. Like TikTok, it writes whole amounts without a decimal point.
    pub(crate) fn money(&mut self, name: &str, hundredths: u64) {
        if self.key(name) {
            self.digits(hundredths / 100);
            let rest = hundredths % 100;
            if rest > 0 {
                self.out.extend_from_slice(&[b'.', b'0' + (rest / 10) as u8]);
                if !rest.is_multiple_of(10) {
                    self.out.push(b'0' + (rest % 10) as u8);
                }
            }
        }
    }

    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.raw(name, if flag { "true" } else { "false" });
    }

    /// Writes a time as `YYYY-MM-DD HH:MM:SS` in UTC.
    pub(crate) fn time(&mut self, name: &str, seconds: i64) {
        if self.key(name) {
            self.out.push(b'"');
            time::write(self.out, seconds, b' ');
            self.out.push(b'"');
        }
    }

    pub(crate) fn texts(&mut self, name: &str, texts: &[&str]) {
        if self.key(name) {
            let _ = serde_json::to_writer(&mut *self.out, texts);
        }
    }
}

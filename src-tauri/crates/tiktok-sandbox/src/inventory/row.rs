//! Writing one object of a listing straight as JSON.

use serde_json::{Map, Value};

use super::time;

/// Which fields an answer has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pick {
    /// The fields asked for; nothing: all.
    pub fields: Option<Vec<String>>,
    /// Whether nulls are left out (`exclude_field_types_in_response`).
    pub without_nulls: bool,
}

/// One object that is being written.
pub(crate) struct Row<'a> {
    out: &'a mut Vec<u8>,
    pick: &'a Pick,
    set: Option<&'a Map<String, Value>>,
    empty: bool,
}

impl<'a> Row<'a> {
    /// Begins an object; the fields in `set` take the place of those written later.
    pub(crate) fn open(out: &'a mut Vec<u8>, pick: &'a Pick, set: Option<&'a Map<String, Value>>) -> Row<'a> {
        out.push(b'{');
        let mut row = Row { out, pick, set: None, empty: true };
        for (name, value) in set.into_iter().flatten() {
            if !(value.is_null() && pick.without_nulls) && row.wants(name) {
                row.next();
                // Writing to memory does not fail. Unlike ours, these names may need escaping.
                let _ = serde_json::to_writer(&mut *row.out, name);
                row.out.push(b':');
                let _ = serde_json::to_writer(&mut *row.out, value);
            }
        }
        row.set = set;
        row
    }

    pub(crate) fn close(self) {
        self.out.push(b'}');
    }

    /// Whether the field will be in the answer: asks for what is dear to compute.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.pick.fields.as_ref().is_none_or(|fields| fields.iter().any(|field| field == name))
            && self.set.is_none_or(|set| !set.contains_key(name))
    }

    fn next(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
    }

    fn key(&mut self, name: &str) -> bool {
        if !self.wants(name) {
            return false;
        }
        self.next();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        true
    }

    /// `json` has to be JSON.
    pub(crate) fn raw(&mut self, name: &str, json: &str) {
        if self.key(name) {
            self.out.extend_from_slice(json.as_bytes());
        }
    }

    pub(crate) fn null(&mut self, name: &str) {
        if !self.pick.without_nulls {
            self.raw(name, "null");
        }
    }

    pub(crate) fn nulls(&mut self, names: &[&str]) {
        names.iter().for_each(|name| self.null(name));
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        if self.key(name) {
            let _ = serde_json::to_writer(&mut *self.out, text);
        }
    }

    pub(crate) fn maybe_text(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.null(name),
        }
    }

    /// Ids are strings in answers.
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

    /// Hundredths; whole numbers have no point, as at TikTok.
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

    /// `YYYY-MM-DD HH:MM:SS` in UTC.
    pub(crate) fn time(&mut self, name: &str, seconds: i64) {
        if self.key(name) {
            self.out.push(b'"');
            time::write(self.out, seconds, b' ');
            self.out.push(b'"');
        }
    }

    /// An array of texts that need no escaping.
    pub(crate) fn plain_texts(&mut self, name: &str, texts: &[&str]) {
        if self.key(name) {
            let _ = serde_json::to_writer(&mut *self.out, texts);
        }
    }
}

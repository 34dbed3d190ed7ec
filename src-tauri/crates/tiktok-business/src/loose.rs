//! Reading objects whose fields may be absent, null or of another type than the documentation says.
//!
//! Every reader takes the field out of the object when it could read it and leaves it there when not, so that what
//! remains is what was not understood.

use serde_json::{Map, Value};

pub type Object = Map<String, Value>;

fn take<T>(object: &mut Object, key: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
    let value = object.get(key)?;
    let read = read(value);
    if read.is_some() || value.is_null() {
        object.remove(key);
    }
    read
}

/// A string, or a whole number written without quotes.
pub fn text(object: &mut Object, key: &str) -> Option<String> {
    take(object, key, |value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    })
}

/// A string or number made of digits, as the id type `T`.
pub fn id<T: TryFrom<String>>(object: &mut Object, key: &str) -> Option<T> {
    text(object, key)?.try_into().ok()
}

/// A whole number, or a string of one.
pub fn whole(object: &mut Object, key: &str) -> Option<i64> {
    take(object, key, |value| value.as_i64().or_else(|| value.as_str()?.parse().ok()))
}

/// A number, or a string of one.
pub fn number(object: &mut Object, key: &str) -> Option<f64> {
    take(object, key, |value| value.as_f64().or_else(|| value.as_str()?.parse().ok()))
}

/// true or false, or 1 or 0.
pub fn flag(object: &mut Object, key: &str) -> Option<bool> {
    take(object, key, |value| match value {
        Value::Bool(flag) => Some(*flag),
        _ => value.as_i64().filter(|n| (0..=1).contains(n)).map(|n| n == 1),
    })
}

/// A list.
pub fn list(object: &mut Object, key: &str) -> Option<Vec<Value>> {
    take(object, key, |value| value.as_array().cloned())
}

//! `Keys`: an object of a file, out of which a reader takes what it knows.

use serde_json::{Map, Value};

use super::fault::{ImportFault, short};
use crate::json::wipe;

/// The most keys that are kept of what no reader knows.
const MAX_KEPT: usize = 32;
/// The most bytes of these, as JSON.
const MAX_BYTES: usize = 4096;

/// What is left of an object. Wiped when dropped.
pub(super) struct Keys(Map<String, Value>);

impl Keys {
    /// Takes the object apart, if it is one.
    pub(super) fn of(value: Value) -> Result<Keys, ImportFault> {
        match value {
            Value::Object(map) => Ok(Keys(map)),
            mut other => {
                wipe(&mut other);
                Err(ImportFault::WrongValue { field: String::new() })
            }
        }
    }

    pub(super) fn new(map: Map<String, Value>) -> Keys {
        Keys(map)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| !value.is_null())
    }

    /// What stands under the first of these keys that is there; `null` is not.
    pub(super) fn take(&mut self, keys: &[&str]) -> Option<Value> {
        let mut found = None;
        for key in keys {
            let value = self.0.remove(*key).filter(|value| !value.is_null());
            found = found.or(value);
        }
        found
    }

    /// A text. Whole numbers are taken for what they look like: a password may be all digits, and YAML has no quotes
    /// then.
    pub(super) fn text(&mut self, keys: &[&str]) -> Result<String, ImportFault> {
        match self.take(keys) {
            None => Ok(String::new()),
            Some(Value::String(text)) => Ok(text),
            Some(Value::Number(number)) if !number.is_f64() => Ok(number.to_string()),
            Some(mut other) => {
                wipe(&mut other);
                Err(wrong(keys[0]))
            }
        }
    }

    /// A whole number, which may be written as a text.
    pub(super) fn number(&mut self, keys: &[&str]) -> Result<Option<u64>, ImportFault> {
        match self.take(keys) {
            None => Ok(None),
            Some(value) => whole(&value).map(Some).ok_or_else(|| wrong(keys[0])),
        }
    }

    /// A flag; what is none counts as not set.
    pub(super) fn flag(&mut self, keys: &[&str]) -> bool {
        matches!(self.take(keys), Some(Value::Bool(true)))
    }

    /// A list; what is none counts as empty.
    pub(super) fn list(&mut self, keys: &[&str]) -> Vec<Value> {
        match self.take(keys) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    /// What is left, as it was.
    pub(super) fn whole(&mut self) -> Value {
        Value::Object(std::mem::take(&mut self.0))
    }

    /// What is left: kept, as far as it fits, and the keys of it that say something. `harmless` are words: keys without
    /// meaning for a server.
    pub(super) fn rest(mut self, harmless: &str) -> (Map<String, Value>, Vec<String>) {
        let (mut kept, mut unused, mut bytes) = (Map::new(), Vec::new(), 0);
        for (key, mut value) in std::mem::take(&mut self.0) {
            let size = key.len() + value.to_string().len();
            if says_nothing(&value) || harmless.split(' ').any(|word| word == key) {
                continue;
            }
            if unused.len() < MAX_KEPT {
                unused.push(short(&key));
            }
            if kept.len() < MAX_KEPT && bytes + size <= MAX_BYTES {
                bytes += size;
                kept.insert(key, value);
            } else {
                wipe(&mut value);
            }
        }
        (kept, unused)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

/// A whole number, which may be written as a text.
pub(super) fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

pub(super) fn wrong(key: &str) -> ImportFault {
    ImportFault::WrongValue { field: short(key) }
}

/// As good as absent.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(says_nothing),
        Value::Bool(true) => false,
    }
}

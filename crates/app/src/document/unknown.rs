//! `Unknown`: what a file says and this program does not understand, kept so that saving loses none of it.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Names that this program does not know, and values that it cannot read under names that it does. They may be
/// secrets, so `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unknown(Map<String, Value>);

impl Unknown {
    /// Keeps this under this name, in place of what was there.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Whether all of `other` stands here too.
    pub(crate) fn holds(&self, other: &Unknown) -> bool {
        other.0.iter().all(|(name, value)| self.0.get(name) == Some(value))
    }

    /// Keeps all of `other` too, in place of what had its names.
    pub(crate) fn merge(&mut self, other: &Unknown) {
        self.0.extend(other.0.clone());
    }

    /// Takes out the value of this name. One that makes no sense stays, and `usual` is used instead.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str, usual: T) -> T {
        match self.0.get(name).map(T::deserialize) {
            Some(Ok(value)) => {
                self.0.remove(name);
                value
            }
            Some(Err(_)) | None => usual,
        }
    }

    /// Takes out the value of this name, whatever it is.
    pub(super) fn take_raw(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Writes an object: its fields, then what is unknown in it.
pub(super) struct Object<'a, M> {
    map: M,
    unknown: &'a Unknown,
    written: Vec<&'static str>,
}

impl<'a, M: SerializeMap> Object<'a, M> {
    pub(super) fn new(map: M, unknown: &'a Unknown) -> Self {
        Object { map, unknown, written: Vec::new() }
    }

    pub(super) fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        self.written.push(name);
        self.map.serialize_entry(name, value)
    }

    /// A field that was read by [`Unknown::take`]: while it still has the value that stood in for one that made no
    /// sense, the file goes on saying what it said.
    pub(super) fn lenient<T: Serialize + PartialEq>(
        &mut self,
        name: &'static str,
        value: &T,
        usual: &T,
    ) -> Result<(), M::Error> {
        if value == usual && self.unknown.0.contains_key(name) { Ok(()) } else { self.field(name, value) }
    }

    pub(super) fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in self.unknown.0.iter().filter(|(name, _)| !self.written.contains(&name.as_str())) {
            self.map.serialize_entry(name, value)?;
        }
        self.map.end()
    }
}

//! JSON5, as shadowsocks-rust's files may be, into a value. Nesting is bounded while it is read, because the parser below
//! goes as deep as the text does.

use std::fmt;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::{Map, Number, Value};

use crate::fault::Fault;

/// No configuration is nested deeper.
const MAX_DEPTH: usize = 32;

/// Reads plain JSON, or else JSON5. Faults name the place, not what stands there, which may be a password.
pub(super) fn read(text: &str, path: &Path) -> Result<Value, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    json5::from_str(text).map(|Bounded(value)| value).map_err(|error| {
        let (line, column) = error.position().map_or((1, 1), |at| (at.line + 1, at.column + 1));
        Fault::ConfigSyntax { path: path.to_owned(), line, column }
    })
}

struct Bounded(Value);

impl<'de> Deserialize<'de> for Bounded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Depth(0).deserialize(deserializer).map(Bounded)
    }
}

/// Reads one value that lies so deep.
struct Depth(usize);

impl Depth {
    fn below<E: Error>(&self) -> Result<Depth, E> {
        if self.0 < MAX_DEPTH { Ok(Depth(self.0 + 1)) } else { Err(E::custom("nested too deep")) }
    }
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        // A port may be written as 8388.0 or 8.388e3 there.
        const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && (0.0..LARGEST_EXACT).contains(&value) {
            return Ok(Value::from(value as u64));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self.below::<A::Error>()?)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            map.insert(key, entries.next_value_seed(self.below::<A::Error>()?)?);
        }
        Ok(Value::Object(map))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Value, E> {
        Err(E::custom("bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Result<Value, Fault> {
        read(text, Path::new("the file"))
    }

    #[test]
    fn json5_is_read_like_json() {
        let expected =
            json!({"server": "example.org", "server_port": 8388, "locals": [{"mode": "tcp_only"}], "a": null});
        for text in [
            r#"{"server":"example.org","server_port":8388,"locals":[{"mode":"tcp_only"}],"a":null}"#,
            "\u{feff}{\n// a comment\nserver: 'example.org', /* another */ server_port: 0x20C4,\n\
             locals: [{mode: \"tcp_only\",},], a: null,}",
            "{server: 'exam\\\nple.org', server_port: 8388., locals: [{mode: 'tcp_only'}], a: null}",
        ] {
            assert_eq!(value(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn bad_text_is_a_place_and_not_a_panic() {
        for text in ["", "{", "[1,", "{a}", "{\"a\":\"hunter2", "{a: hunter2}", "\0", "{\"a\":1}}", "'\\u12"] {
            let fault = value(text).unwrap_err().to_string();
            assert!(fault.contains("line 1") && !fault.contains("hunter2"), "{fault}");
        }
        for (open, close) in [("[", "]"), ("{a:", "}"), ("[", ""), ("{\"a\":", "")] {
            let deep = open.repeat(200_000) + "1" + &close.repeat(200_000);
            assert!(value(&deep).is_err());
        }
        let deep = "[".repeat(MAX_DEPTH) + "'a'" + &"]".repeat(MAX_DEPTH);
        assert!(value(&deep).is_ok());
    }
}

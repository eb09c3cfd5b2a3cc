//! JSON, JSON5 and YAML of others, as one kind of value. Nesting and number of values are bounded while they are read,
//! because the parsers below go as deep as the text does, and a value takes more room than the text it is written in.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use thiserror::Error;
use zeroize::Zeroize;

/// No text is nested deeper.
const MAX_DEPTH: usize = 32;
/// No text has more values: thousands of servers with dozens of keys.
const MAX_VALUES: usize = 1_000_000;
/// No more of them come of aliases: thousands of servers that share some keys.
const MAX_REPEATED: usize = 250_000;

/// Where a text is not what it should be. What stands there is not told: it may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {line}, column {column}")]
pub struct SyntaxError {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// It is as it should be up to its end, and ends too early. Of YAML that is not told.
    pub at_end: bool,
}

/// Reads plain JSON, or else JSON5.
///
/// # Errors
/// Where it is neither.
pub fn read(text: &str) -> Result<Value, SyntaxError> {
    let text = text.trim_start_matches('\u{feff}');
    // White space is no part of it, and would be one of a text without its closing mark.
    let plain = match serde_json::from_str(text.trim_end()) {
        Ok(Bounded(value)) => return Ok(value),
        Err(error) => error,
    };
    json5::from_str(text.trim_end()).map(|Bounded(value)| value).map_err(|error| {
        let (line, column) = error.position().map_or((1, 1), |at| (at.line + 1, at.column + 1));
        SyntaxError { line, column, at_end: plain.is_eof() || error.code().is_some_and(ends_early) }
    })
}

/// Reads YAML. Aliases are resolved, and bounded together with everything else.
///
/// # Errors
/// Where it is none.
pub fn read_yaml(text: &str) -> Result<Value, SyntaxError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: MAX_VALUES, max_events: 4 * MAX_VALUES, max_depth: MAX_DEPTH },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPEATED },
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map(|Bounded(value)| value).map_err(|error| {
        let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let (line, column) = error.location().map_or((1, 1), |location| (at(location.line()), at(location.column())));
        // It names where the part began that does not end.
        SyntaxError { line, column, at_end: false }
    })
}

fn ends_early(code: json5::ErrorCode) -> bool {
    use json5::ErrorCode as Code;
    matches!(
        code,
        Code::EofParsingArray
            | Code::EofParsingBool
            | Code::EofParsingComment
            | Code::EofParsingEscapeSequence
            | Code::EofParsingIdentifier
            | Code::EofParsingNull
            | Code::EofParsingNumber
            | Code::EofParsingObject
            | Code::EofParsingString
            | Code::EofParsingValue
    )
}

/// Takes the texts out of memory.
pub fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

struct Bounded(Value);

impl<'de> Deserialize<'de> for Bounded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let left = Cell::new(MAX_VALUES);
        Bounds { depth: 0, left: &left }.deserialize(deserializer).map(Bounded)
    }
}

/// Reads one value that lies so deep, with so many left.
struct Bounds<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl Bounds<'_> {
    fn below<E: Error>(&self) -> Result<Self, E> {
        match (self.depth < MAX_DEPTH, self.left.get().checked_sub(1)) {
            (true, Some(left)) => self.left.set(left),
            _ => return Err(E::custom("nested too deep, or too long")),
        }
        Ok(Bounds { depth: self.depth + 1, left: self.left })
    }
}

impl<'de> DeserializeSeed<'de> for Bounds<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounds<'_> {
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

    // More digits than any number here has; a password may be all digits, and YAML has no quotes then.
    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::from(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::from(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        // A port may be written as 8388.0 or 8.388e3 there.
        const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && (0.0..LARGEST_EXACT).contains(&value) {
            return Ok(Value::from(value as u64));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_char<E>(self, value: char) -> Result<Value, E> {
        Ok(Value::from(value.to_string()))
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
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn bad_text_is_a_place_and_not_a_panic() {
        for text in ["", "{", "[1,", "{a}", "{\"a\":\"hunter2", "{a: hunter2}", "\0", "{\"a\":1}}", "'\\u12"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("line 1") && !error.contains("hunter2"), "{error}");
        }
        for (open, close) in [("[", "]"), ("{a:", "}"), ("[", ""), ("{\"a\":", "")] {
            let deep = open.repeat(200_000) + "1" + &close.repeat(200_000);
            assert!(read(&deep).is_err());
        }
        let deep = "[".repeat(MAX_DEPTH) + "'a'" + &"]".repeat(MAX_DEPTH);
        assert!(read(&deep).is_ok());
    }

    #[test]
    fn what_ends_too_early_is_told_from_what_is_wrong() {
        for cut in ["{", "[1,", "{\"a\":\"hunter2\n", "{a: 1,\n", "{a: 'b", "// c\n{a: [1, /* d", " {\"a\": tr\n\n"] {
            assert!(read(cut).unwrap_err().at_end, "{cut}");
        }
        for wrong in ["{\"a\" 1}", "[1, x]", "{\"a\":1}}", "{a: 1 b: 2}"] {
            assert!(!read(wrong).unwrap_err().at_end, "{wrong}");
        }
    }

    #[test]
    fn yaml_is_read_like_json() {
        let text = "a: 1\nb: ['x', \"y\", z]\nc: &c {server: h, port: 443}\nd: *c\ne: 0123\nf: true\ng: yes\nh:\n";
        let expected = json!({"a": 1, "b": ["x", "y", "z"], "c": {"server": "h", "port": 443},
            "d": {"server": "h", "port": 443}, "e": "0123", "f": true, "g": "yes", "h": null});
        assert_eq!(read_yaml(text).unwrap(), expected);
        assert_eq!(read_yaml("a: 1\nb: [").unwrap_err().line, 2);
    }

    #[test]
    fn a_flood_of_values_and_a_bomb_of_aliases_are_refused() {
        assert!(read(&format!("[{}1]", "1,".repeat(MAX_VALUES))).is_err());
        let deep = "[".repeat(200_000);
        assert!(read_yaml(&deep).is_err());
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for n in 1..12 {
            bomb += &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","));
        }
        assert!(read_yaml(&bomb).is_err());
    }
}

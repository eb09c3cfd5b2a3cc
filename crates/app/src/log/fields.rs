//! A message and values for a terminal. Any of them may repeat what a peer sent, so nothing in them ends the line, moves the
//! cursor or turns what follows, whoever forgot to think of it.

use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::debug_fn;

use crate::plain::plain;

/// Writes them one after the other: the message as it is, a value behind its name.
pub fn fields() -> impl for<'w> FormatFields<'w> + 'static {
    let one = debug_fn(|writer, field, value| {
        let value = plain(&format!("{value:?}"));
        match field.name() {
            "message" => write!(writer, "{value}"),
            name => write!(writer, "{name}={value}"),
        }
    });
    one.delimited(" ")
}

//! SIP003: plugins of other people, and plugins as bad as can be.

mod bad;
mod modes;
mod script;
mod theirs;

//! Decisions: profiles, settings, and the one task that turns commands into state. No window, no Tauri.

pub mod builtin;
pub mod command;
pub mod draft;
pub mod preview;
pub mod problem;
pub mod relay;
pub mod sample;
pub mod state;

pub use command::Command;
pub use state::AppState;

//! Decisions: profiles, settings, and the one task that turns commands into state. No window, no Tauri.
//!
//! | module | what it holds |
//! |---|---|
//! | [`command`], [`state`], [`sample`], [`draft`], [`port_draft`], [`pasted`], [`preview`], [`look`], [`rules`], [`problem`] | what crosses the glass, as plain data |
//! | [`controller`] | the one task: commands in, states out |
//! | [`profile`], [`check`] | a server as the user saved it, or typed it |
//! | [`handed`], [`opener`] | links that the system hands over, and whether it does |
//! | [`alert`] | what the desktop is to be told while nobody looks at the window |
//! | [`login_start`] | whether the system starts Parasol when its user logs in |
//! | [`clock_settings`] | the system's settings of date and time |
//! | [`start`], [`control`] | what the program was started for; what other processes of the user ask of the one that runs |
//! | [`import`] | servers out of texts, files and pictures of anywhere |
//! | [`export`] | profiles for other programs |
//! | [`copied`], [`dropped`] | what the clipboard is to forget; files that were dropped on the window |
//! | [`terminal`] | the command that has a terminal's programs go through a port |
//! | [`json`] | JSON, JSON5 and YAML of others |
//! | [`port`], [`check_port`] | a port beside the first one, likewise |
//! | [`timeouts`] | how long the relay waits, as the window sets it |
//! | [`subscription`] | a list of servers that is fetched from time to time |
//! | [`routing`], [`rule_list`], [`rule_hits`] | the user's own rules; lists of rules from elsewhere; what rules have decided |
//! | [`document`], [`store`], [`paths`], [`own_files`] | what is saved, and where |
//! | [`secrets`] | how secrets lie in it |
//! | [`backup`] | all of it in one file |
//! | [`difference`], [`restore`] | what another state would change, and going to it |
//! | [`errand`] | the system proxy given back, and guarded, by a program that does nothing else |
//! | [`relay`], [`builtin`] | a running engine; the server inside this program |
//! | [`plugin`] | a running plugin (SIP003) |
//! | [`ladder`], [`probe`], [`tested`] | a server tested step by step, with what, and how far that got |
//! | [`diagnosis`] | all that must hold, looked at step by step |
//! | [`group`] | profiles that are used in place of one, and the one that is chosen |
//! | [`manager`] | ports opened and closed by another program |
//! | [`log`] | what is going on, line by line: in memory, on the disk, on the screen |
//! | [`log_limit`], [`plain`] | how much of what strangers do is logged, and how |
//! | [`traffic`] | how much has moved, for thirty days |
//! | [`ledger`], [`history`], [`given_up`], [`path`], [`today`], [`millis`] | what the relay tells, made ready to be shown |
//!
//! What is deliberately not here: sockets and protocols (the engine's), the desktop's settings themselves (the
//! platform's), and words for users (the window's and the terminal's).

pub mod alert;
pub mod backup;
pub mod builtin;
pub mod check;
pub mod check_port;
pub mod clock_settings;
pub mod command;
pub mod connections;
pub mod control;
pub mod controller;
pub mod copied;
pub mod diagnosis;
pub mod difference;
pub mod document;
pub mod draft;
pub mod dropped;
pub mod errand;
pub mod export;
pub mod given_up;
pub mod group;
pub mod handed;
pub mod history;
pub mod import;
pub mod json;
pub mod ladder;
pub mod language;
pub mod ledger;
pub mod log;
pub mod log_limit;
pub mod login_start;
pub mod look;
pub mod manager;
pub mod millis;
pub mod opener;
pub mod own_files;
pub mod pasted;
pub mod path;
pub mod paths;
pub mod plain;
pub mod plugin;
pub mod port;
pub mod port_draft;
pub mod preview;
pub mod probe;
pub mod problem;
pub mod profile;
pub mod relay;
pub mod restore;
pub mod routing;
pub mod rule_hits;
pub mod rule_list;
pub mod rules;
pub mod sample;
pub mod secrets;
pub mod start;
pub mod state;
pub mod store;
pub mod subscription;
pub mod terminal;
pub mod tested;
pub mod theme;
pub mod timeouts;
pub mod today;
pub mod traffic;
pub mod wiped;

mod way;

pub use command::Command;
pub use parasol_platform::{
    NetworkWatch, StopSignal, give_back_code_pages, hide_arguments, key_store, limit_descriptors, network,
    private_file, raise_descriptor_limit, screens,
};
pub use state::AppState;

//! The controller with real relays on loopback, a desktop in memory, and a directory of its own.

mod approved;
mod bench;
mod beside;
mod connections;
mod controlled;
mod counted;
mod diagnosed;
mod ended;
mod groups;
mod growing;
mod importing;
mod last_time;
mod locked;
#[cfg(unix)]
mod networks;
mod ports;
mod proxy;
mod relay;
mod restored;
mod routes;
mod rule_lists;
mod saved;
mod scripts;
#[cfg(unix)]
mod strangers;
mod subscriptions;
#[cfg(unix)]
mod switched;
mod tested;
mod watched;

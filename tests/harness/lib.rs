//! What the tests of the whole stand on: targets on loopback, other people's programs as peers, and our own program.
//!
//! | module | what it gives |
//! |---|---|
//! | [`deadline`] | a bound for every wait |
//! | [`payload`] | bytes that are the same each time, and their SHA-256 |
//! | [`target`] | TCP targets: echo, sink, talks first, silent, closes at once, refuses, swallows SYNs |
//! | [`origin`] | an HTTP origin that serves and takes payloads |
//! | [`dns`] | a name server with a table, or one that never answers |
//! | [`scripted_dns`] | a name server that says what a test makes of a question |
//! | [`socks5`] | a client that says exactly what a test wants |
//! | [`udp`] | UDP targets, and a client of SOCKS5 UDP associations |
//! | [`process`] | a child process: its output, its end |
//! | [`peer`] | ss-server, ss-local and sing-box |
//! | [`others`] | the Python original, v2ray, shadowsocks-rust |
//! | [`curl`] | curl |
//! | [`nginx`] | nginx, as the host of a subscription |
//! | [`parasol`] | our program, as built |
//!
//! What is deliberately not here: sleeps, fixed ports, the internet, and this machine's settings.

pub mod curl;
pub mod deadline;
pub mod dns;
pub mod nginx;
pub mod origin;
pub mod others;
pub mod parasol;
pub mod payload;
pub mod peer;
pub mod process;
pub mod scripted_dns;
pub mod socks5;
pub mod target;
pub mod udp;

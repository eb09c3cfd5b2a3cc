//! The diagnosis: all that must hold for traffic to get through, looked at from the near end to the far one. Each step is
//! told with what came of it, why, and what helps.
//!
//! ```text
//! Port ─► SystemProxy ─► Tray ─► KeyStore ─► Socks5 ─► Http ─► LocalUdp      this machine
//!      ─► Resolve ─► Connect ─► Handshake ─► FirstByte ─► Udp               the server: the ladder of a test
//!      ─► Clock ─► Plugin ─► Names
//! ```
//! A step that failed keeps none after it from being tried, but for those of the server, each of which needs the one before.
//!
//! | file | what it knows |
//! |---|---|
//! | `told` | what is told: steps, reasons |
//! | `action` | what helps |
//! | `subject` | what is looked at |
//! | `course` | the steps so far, and who hears of them |
//! | `run` | all of them, in their order |
//! | `port`, `proxy`, `desktop` | our port; the system proxy; tray and key store |
//! | `self_test`, `exchange` | a server and a local of our own on loopback, and what is said through them |
//! | `server` | what the ladder of a test comes to |
//! | `clock` | the time that a host of the internet says |
//! | `names` | who is asked for the names of what goes through a server |
//! | `report` | the whole as a text that can be given to others |

mod action;
mod clock;
mod course;
mod desktop;
mod exchange;
mod names;
mod port;
mod proxy;
mod report;
mod run;
mod self_test;
mod server;
mod subject;
mod told;

pub use self::action::Action;
pub use self::clock::URL as CLOCK_URL;
pub use self::report::{About, report};
pub use self::run::run;
pub use self::subject::{KeyStoreSubject, PortNow, PortSubject, ProxySubject, Subject, methods_in_use};
pub use self::told::{Diagnosis, DiagnosisReason, DiagnosisStep, SelfTestPlace, StepDiagnosed};

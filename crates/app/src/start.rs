//! `Start`: what the desktop program was started for, and whether it is the first. A second one hands over what it was
//! started for and leaves.

use std::time::{Duration, Instant};

use parasol_platform::login_start;

use crate::control::{Answer, ControlPath, ControlSocket, NotAsked, Refusal, Request, ask};
use crate::handed::Handed;

/// What the program can be told besides links, and what it means: for its manual.
pub const OPTIONS: [(&str, &str); 6] = [
    ("--hidden", "Start without a window; where no tray shows an icon, one is opened after all"),
    ("--on", "Switch on, without a window; the Parasol that runs, or this one"),
    ("--off", "Switch off the Parasol that runs; starts none"),
    ("--toggle", "Switch to whichever it is not"),
    ("--quit", "End the Parasol that runs; starts none"),
    (login_start::ARGUMENT, "As the system starts it at login: hidden, and on again if it was on at the end"),
];

/// What the program was started for, as its arguments say it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Start {
    /// Without a window.
    hidden: bool,
    /// By the system, because its user has logged in.
    pub at_login: bool,
    /// To be switched.
    pub switch: Option<Switch>,
    /// To end the one that runs, whatever else is said.
    quits: bool,
    /// To be shown.
    pub links: Handed,
}

/// What is to become of the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Switch {
    On,
    Off,
    Toggle,
}

impl Start {
    /// Reads the arguments, without the program's name. Of several switches the last one counts; what is neither an option
    /// nor a link is no business of ours. A link is never taken for an option: it begins with its scheme.
    #[must_use]
    pub fn of(arguments: impl IntoIterator<Item = String>) -> Start {
        let mut start = Start::default();
        let mut rest = Vec::new();
        for argument in arguments {
            match argument.as_str() {
                "--hidden" => start.hidden = true,
                "--on" => start.switch = Some(Switch::On),
                "--off" => start.switch = Some(Switch::Off),
                "--toggle" => start.switch = Some(Switch::Toggle),
                "--quit" => start.quits = true,
                login_start::ARGUMENT => start.at_login = true,
                _ => rest.push(argument),
            }
        }
        start.links.keep(rest);
        start
    }

    /// Whether somebody wants to see the window: not at login, and not who only pulls the switch.
    #[must_use]
    pub fn shows_window(&self) -> bool {
        let quiet = self.hidden || self.at_login || self.switch.is_some();
        !self.quits && (!quiet || self.links != Handed::default())
    }

    /// Whether there is nothing to start for: what is to be switched off, or to end, does not run.
    #[must_use]
    pub fn is_needless(&self) -> bool {
        let is_off = self.switch == Some(Switch::Off) && !self.at_login && self.links == Handed::default();
        self.quits || is_off
    }

    /// The same as requests to the one that runs.
    fn requests(&self) -> Vec<Request> {
        if self.quits {
            return vec![Request::Quit];
        }
        let switch = self.switch.map(|switch| match switch {
            Switch::On => Request::On,
            Switch::Off => Request::Off,
            Switch::Toggle => Request::Toggle,
        });
        let mut links: Vec<Handed> =
            self.links.links.iter().map(|link| Handed { links: vec![link.clone()], left_out: 0 }).collect();
        match links.last_mut() {
            Some(last) => last.left_out = self.links.left_out,
            None if self.links.left_out > 0 => links.push(self.links.clone()),
            None => {}
        }
        let open = (links.is_empty() && self.shows_window()).then_some(Request::Open);
        links.into_iter().map(Request::Links).chain(open).chain(switch).collect()
    }
}

/// Whose turn it is.
#[derive(Debug)]
pub enum Turn {
    /// Ours: no other Parasol of this user runs. Without a socket if it cannot be had; then nobody can speak to us.
    First(Option<ControlSocket>),
    /// Another one's, who was told.
    Second(Result<(), NotAsked>),
}

/// Finds out whether another Parasol runs, and tells it then.
pub async fn take_turn(at: &ControlPath, start: &Start) -> Turn {
    /// Long enough for another one to start or to end.
    const PATIENCE: Duration = Duration::from_secs(10);
    const AGAIN: Duration = Duration::from_millis(50);
    let begun = Instant::now();
    loop {
        match ControlSocket::take(at) {
            Ok(socket) => return Turn::First(Some(socket)),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => {
                tracing::warn!(%error, "terminals and a second start will not find this Parasol");
                return Turn::First(None);
            }
        }
        match tell(at, start).await {
            // It has only just begun, or it is about to end.
            Err(NotAsked::NotRunning) if begun.elapsed() < PATIENCE => tokio::time::sleep(AGAIN).await,
            Err(NotAsked::NotRunning) => return Turn::Second(Err(NotAsked::Silent)),
            told => return Turn::Second(told),
        }
    }
}

async fn tell(at: &ControlPath, start: &Start) -> Result<(), NotAsked> {
    for request in start.requests() {
        match ask(at, &request).await? {
            Answer::Refused { why: Refusal::Ending } if start.quits => {}
            Answer::Refused { why: Refusal::Ending } => return Err(NotAsked::NotRunning),
            Answer::Refused { .. } => return Err(NotAsked::Strange),
            Answer::Status(_) | Answer::Done => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(arguments: &str) -> Start {
        Start::of(arguments.split_whitespace().map(str::to_owned))
    }

    fn asked(arguments: &str) -> String {
        serde_json::to_string(&start(arguments).requests()).unwrap()
    }

    #[test]
    fn arguments_say_what_it_was_started_for() {
        for (arguments, window, needless, requests) in [
            ("", true, false, r#"[{"do":"open"}]"#),
            ("--hidden", false, false, "[]"),
            ("--at-login", false, false, "[]"),
            ("--on", false, false, r#"[{"do":"on"}]"#),
            ("--hidden --off", false, true, r#"[{"do":"off"}]"#),
            ("--at-login --off", false, false, r#"[{"do":"off"}]"#),
            ("--on --toggle", false, false, r#"[{"do":"toggle"}]"#),
            ("--quit", false, true, r#"[{"do":"quit"}]"#),
            ("--at-login --quit --on ss://a", false, true, r#"[{"do":"quit"}]"#),
            ("--unknown https://x/?ss://a -ss://a", true, false, r#"[{"do":"open"}]"#),
            ("ss://--on", true, false, r#"[{"do":"links","links":["ss://--on"],"leftOut":0}]"#),
        ] {
            let start = start(arguments);
            assert_eq!((start.shows_window(), start.is_needless()), (window, needless), "{arguments}");
            assert_eq!(asked(arguments), requests, "{arguments}");
        }
    }

    #[test]
    fn whatever_the_manual_names_means_something() {
        for (option, _) in OPTIONS {
            assert_ne!(start(option), start(""), "{option}");
            assert!(!start(option).shows_window(), "{option}");
        }
    }

    #[test]
    fn links_are_handed_over_one_by_one_and_none_is_lost() {
        let long = format!("ss://{}", "x".repeat(100_000));
        assert_eq!(
            asked(&format!("--off ss://a ssconf://b {long}")),
            r#"[{"do":"links","links":["ss://a"],"leftOut":0},{"do":"links","links":["ssconf://b"],"leftOut":1},{"do":"off"}]"#
        );
        assert_eq!(asked(&long), r#"[{"do":"links","links":[],"leftOut":1}]"#);
        assert!(start(&long).shows_window());
    }
}

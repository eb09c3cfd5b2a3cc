//! The words of notifications: what is wrong, and what it means.

use parasol_app::alert::Alert;

use crate::tray::words::{one_line, reason};

/// Title and text.
pub(super) fn of(alert: &Alert) -> (String, String) {
    match alert {
        Alert::NotOn { problem } => ("Parasol is not on".to_owned(), sentence(&reason(problem))),
        Alert::NoMember { group } if one_line(group).is_empty() => ("No server works".to_owned(), TRIES_ON.to_owned()),
        Alert::NoMember { group } => (format!("No server of {} works", one_line(group)), TRIES_ON.to_owned()),
        Alert::ProxyNotSet { .. } => ("The system proxy is not set".to_owned(), PAST_US.to_owned()),
        Alert::SubscriptionEnded { title } => (format!("{} has ended", one_line(title)), ENDED.to_owned()),
    }
}

const TRIES_ON: &str = "Programs get no connection until one does. Parasol goes on trying.";
const PAST_US: &str = "Programs that follow it do not go through Parasol.";
const ENDED: &str = "The servers of this subscription may stop working.";

fn sentence(reason: &str) -> String {
    let mut chars = reason.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
mod tests {
    use parasol_app::problem::Problem;

    use super::*;

    #[test]
    fn each_says_what_is_wrong_in_lines_of_a_length() {
        let (process, pid) = (Some("nc".to_owned()), Some(7));
        let taken = Problem::PortTaken { port: 1080, process, pid, udp: false, next_free: None };
        for (alert, title, text) in [
            (Alert::NotOn { problem: taken }, "Parasol is not on", "Port 1080 is in use."),
            (Alert::NoMember { group: "Home\nx".to_owned() }, "No server of Home x works", TRIES_ON),
            (Alert::NoMember { group: " ".to_owned() }, "No server works", TRIES_ON),
            (
                Alert::ProxyNotSet { problem: Problem::ProxyUnsupported },
                "The system proxy is not set",
                "Programs that follow it do not go through Parasol.",
            ),
            (Alert::SubscriptionEnded { title: "List".to_owned() }, "List has ended", ENDED),
        ] {
            assert_eq!(of(&alert), (title.to_owned(), text.to_owned()));
        }
        let (title, _) = of(&Alert::SubscriptionEnded { title: "x".repeat(10_000) });
        assert!(title.chars().count() < 100);
    }
}

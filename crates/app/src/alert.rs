//! `Alerts`: what the desktop is to be told while nobody looks at the window: what only the user can mend, and nothing else.
//! Each is told once when it comes, and again only when it has gone and comes after an hour or after the switch was pulled.
//! The time is an argument.

use crate::problem::Problem;
use crate::state::{Actual, AppState, MemberHealth, ProxyActual};

/// Something that needs the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    /// It is wanted on and is not.
    NotOn {
        /// Why.
        problem: Problem,
    },
    /// No member of the group in use works.
    NoMember {
        /// What the user calls the group; may be empty.
        group: String,
    },
    /// The system's proxy setting does not point at Parasol, as it should.
    ProxyNotSet {
        /// Why.
        problem: Problem,
    },
    /// The subscription that the profile in use comes from has ended.
    SubscriptionEnded {
        /// How it is shown.
        title: String,
    },
}

/// What was told, and when.
#[derive(Debug, Default)]
pub struct Alerts {
    there: Vec<Alert>,
    told: Vec<(Alert, u64)>,
}

/// Before that much time nothing is told twice.
const AGAIN_MS: u64 = 60 * 60 * 1000;

impl Alerts {
    /// What is to be told now, in the order of weight. To be called with each state; what the user does not want to be told
    /// counts as told.
    pub fn of(&mut self, state: &AppState, now_ms: u64) -> Vec<Alert> {
        if !state.wanted {
            // Whoever pulls the switch again is told again.
            self.told.clear();
        }
        self.told.retain(|(_, at_ms)| now_ms.abs_diff(*at_ms) < AGAIN_MS);
        let there = alerts(state, now_ms);
        let is_new = |alert: &&Alert| !self.there.contains(alert) && self.told.iter().all(|(told, _)| told != *alert);
        let new: Vec<Alert> = there.iter().filter(is_new).cloned().collect();
        self.told.extend(new.iter().map(|alert| (alert.clone(), now_ms)));
        self.there = there;
        if state.notify { new } else { Vec::new() }
    }
}

fn alerts(state: &AppState, now_ms: u64) -> Vec<Alert> {
    let mut alerts = Vec::new();
    if !state.wanted {
        return alerts;
    }
    if let Actual::Failed { problem } = &state.actual {
        alerts.push(Alert::NotOn { problem: problem.without_last_words() });
    }
    let is_on = matches!(state.actual, Actual::On { .. });
    let group = state.groups.iter().find(|group| Some(&group.id) == state.group.as_ref());
    if let Some(group) = group.filter(|group| is_on && !group.members.is_empty()) {
        let works = |health| !matches!(health, MemberHealth::Bad | MemberHealth::Unusable);
        if !group.members.iter().any(|member| works(member.health)) {
            alerts.push(Alert::NoMember { group: group.name.clone() });
        }
    }
    if let ProxyActual::Failed { problem } = &state.system_proxy.actual {
        alerts.push(Alert::ProxyNotSet { problem: problem.clone() });
    }
    let active = state.profiles.iter().find(|profile| Some(&profile.id) == state.active.as_ref());
    let list = active.and_then(|profile| profile.subscription.as_ref());
    if let Some(list) = list.and_then(|id| state.subscriptions.iter().find(|list| list.followed.id == *id))
        && list.usage.expires_ms.is_some_and(|ends_ms| ends_ms <= now_ms)
    {
        alerts.push(Alert::SubscriptionEnded { title: list.followed.title.clone() });
    }
    alerts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::empty_state;
    use crate::group::Policy;
    use crate::profile::Profile;
    use crate::state::{GroupView, MemberView, ProfileView};
    use crate::subscription::Subscription;

    const HOUR: u64 = AGAIN_MS;

    fn on() -> AppState {
        AppState { wanted: true, actual: Actual::On { since_ms: 0 }, ..empty_state() }
    }

    fn failed(problem: Problem) -> AppState {
        AppState { actual: Actual::Failed { problem }, ..on() }
    }

    fn with_members(health: &[MemberHealth]) -> AppState {
        let member = |health: &MemberHealth| MemberView { id: "m".into(), health: *health, latency_micros: None };
        let group = GroupView {
            id: "g".into(),
            name: "Home".into(),
            policy: Policy::default(),
            members: health.iter().map(member).collect(),
            fixed: None,
            dwell_s: 0,
            changed: None,
        };
        AppState { groups: vec![group], group: Some("g".into()), ..on() }
    }

    fn of_list(expires_ms: Option<u64>) -> AppState {
        let profile = Profile { id: "p".into(), ..Profile::default() };
        let list = Subscription { id: "s".into(), name: "List".into(), ..Subscription::default() };
        let mut list = list.view(&[], false, None, 0);
        list.usage.expires_ms = expires_ms;
        let view = ProfileView { subscription: Some("s".into()), ..profile.view() };
        AppState { profiles: vec![view], active: Some("p".into()), subscriptions: vec![list], ..on() }
    }

    #[test]
    fn what_works_or_is_on_its_way_needs_nobody() {
        use MemberHealth::{Bad, Good, Unknown, Unusable};
        for state in [
            empty_state(),
            on(),
            AppState { actual: Actual::Starting, ..on() },
            // Off as it should be, whatever became of it.
            AppState { wanted: false, ..failed(Problem::Crashed) },
            with_members(&[Bad, Unusable, Unknown]),
            with_members(&[Good, Bad]),
            with_members(&[]),
            AppState { actual: Actual::Starting, ..with_members(&[Bad]) },
            AppState { group: None, ..with_members(&[Bad]) },
            of_list(None),
            of_list(Some(101)),
            AppState { active: None, ..of_list(Some(1)) },
        ] {
            assert_eq!(Alerts::default().of(&state, 100), [], "{state:?}");
        }
    }

    #[test]
    fn what_only_the_user_can_mend_is_told() {
        let proxy = AppState {
            system_proxy: crate::state::SystemProxyView {
                actual: ProxyActual::Failed { problem: Problem::ProxyUnsupported },
                ..on().system_proxy
            },
            ..on()
        };
        for (state, alert) in [
            (failed(Problem::NoProfile), Alert::NotOn { problem: Problem::NoProfile }),
            (with_members(&[MemberHealth::Bad, MemberHealth::Unusable]), Alert::NoMember { group: "Home".into() }),
            (proxy, Alert::ProxyNotSet { problem: Problem::ProxyUnsupported }),
            (of_list(Some(100)), Alert::SubscriptionEnded { title: "List".into() }),
        ] {
            assert_eq!(Alerts::default().of(&state, 100), [alert], "{state:?}");
            assert_eq!(Alerts::default().of(&AppState { notify: false, ..state }, 100), []);
        }
    }

    #[test]
    fn it_is_told_once_however_often_it_comes_within_the_hour() {
        let (mut alerts, bad, good) = (Alerts::default(), with_members(&[MemberHealth::Bad]), on());
        assert_eq!(alerts.of(&bad, 0).len(), 1);
        assert_eq!(alerts.of(&bad, 1).len(), 0);
        for minute in 1..60 {
            assert_eq!(alerts.of(&good, minute * 60_000).len(), 0);
            assert_eq!(alerts.of(&bad, minute * 60_000 + 1).len(), 0, "{minute}");
        }
        // It has been there all the time: nothing new, also after the hour.
        assert_eq!(alerts.of(&bad, 3 * HOUR).len(), 0);
        assert_eq!(alerts.of(&good, 3 * HOUR + 1).len(), 0);
        assert_eq!(alerts.of(&bad, 3 * HOUR + 2).len(), 1);
    }

    #[test]
    fn another_reason_and_another_pull_of_the_switch_are_told_anew() {
        let (mut alerts, failed_once) = (Alerts::default(), failed(Problem::NoProfile));
        assert_eq!(alerts.of(&failed_once, 0).len(), 1);
        assert_eq!(alerts.of(&failed(Problem::Crashed), 1).len(), 1);
        assert_eq!(alerts.of(&AppState { wanted: false, actual: Actual::Off, ..on() }, 2).len(), 0);
        assert_eq!(alerts.of(&failed_once, 3).len(), 1);
        // What was not to be told is not told later either.
        let quiet = AppState { notify: false, ..failed(Problem::ProfileGone) };
        assert_eq!(alerts.of(&quiet, 4).len(), 0);
        assert_eq!(alerts.of(&failed(Problem::ProfileGone), 5).len(), 0);
    }

    #[test]
    fn a_clock_that_jumps_breaks_nothing() {
        let (mut alerts, bad) = (Alerts::default(), failed(Problem::Crashed));
        assert_eq!(alerts.of(&bad, u64::MAX).len(), 1);
        assert_eq!(alerts.of(&bad, 0).len(), 0);
        assert_eq!(alerts.of(&on(), 0).len(), 0);
        assert_eq!(alerts.of(&bad, 0).len(), 1);
        assert!(alerts.told.len() <= 2);
    }
}

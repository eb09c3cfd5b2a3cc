//! `Entry`: the tray's menu as data, made from a state, and what a click on each of its items asks for.

use parasol_app::Command;
use parasol_app::state::{AppState, ProfileView, ProxyMode, RoutingMode};

use crate::words::{Words, one_line};

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A line between groups.
    Line,
    /// Something to click.
    Item { label: String, click: Click, enabled: bool },
    /// One of several, of which one is checked.
    Choice { label: String, click: Click, checked: bool },
    /// Opens more entries.
    Group { label: String, entries: Vec<Entry> },
}

/// What a click asks for.
#[expect(clippy::large_enum_variant, reason = "a menu has a few of them, made when it changes")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Click {
    /// A command to the controller.
    Send(Command),
    /// The window.
    Open,
    /// The end.
    Quit,
}

/// The whole menu for a state.
pub(super) fn entries(state: &AppState, words: &Words) -> Vec<Entry> {
    vec![
        switch(state.wanted, words),
        Entry::Group { label: words.profile.to_owned(), entries: profiles(state, words) },
        Entry::Group { label: words.mode.to_owned(), entries: modes(state.routing.mode, words) },
        Entry::Group { label: words.system_proxy.to_owned(), entries: system_proxy(state.system_proxy.wanted, words) },
        Entry::Line,
        item(words.open, Click::Open),
        item(words.quit, Click::Quit),
    ]
}

fn switch(wanted: bool, words: &Words) -> Entry {
    let label = if wanted { words.turn_off } else { words.turn_on };
    item(label, Click::Send(Command::SetOn { on: !wanted }))
}

fn profiles(state: &AppState, words: &Words) -> Vec<Entry> {
    if state.profiles.is_empty() {
        return vec![Entry::Item { label: words.no_profile.to_owned(), click: Click::Open, enabled: false }];
    }
    let choice = |profile: &ProfileView| Entry::Choice {
        // an ampersand alone would be taken as the mark of a shortcut
        label: one_line(&profile.title).replace('&', "&&"),
        click: Click::Send(Command::SelectProfile { id: profile.id.clone() }),
        checked: state.active.as_ref() == Some(&profile.id),
    };
    let (first, rest) = state.profiles.split_at(state.profiles.len().min(MOST_PROFILES));
    let active = rest.iter().filter(|profile| state.active.as_ref() == Some(&profile.id));
    let mut entries: Vec<Entry> = first.iter().chain(active).map(choice).collect();
    if entries.len() < state.profiles.len() {
        entries.push(item(&(words.all)(state.profiles.len()), Click::Open));
    }
    entries
}

/// The most profiles in the menu, beside the one in use: thousands would keep the desktop's panel from answering.
const MOST_PROFILES: usize = 50;

fn modes(wanted: RoutingMode, words: &Words) -> Vec<Entry> {
    let choice = |label: &str, mode: RoutingMode| Entry::Choice {
        label: label.to_owned(),
        click: Click::Send(Command::SetMode { mode }),
        checked: wanted == mode,
    };
    vec![
        choice(words.rules, RoutingMode::Rules),
        choice(words.global, RoutingMode::Global),
        choice(words.direct, RoutingMode::Direct),
    ]
}

fn system_proxy(wanted: ProxyMode, words: &Words) -> Vec<Entry> {
    let choice = |label: &str, mode: ProxyMode| Entry::Choice {
        label: label.to_owned(),
        click: Click::Send(Command::SetSystemProxy { mode }),
        checked: wanted == mode,
    };
    vec![choice(words.leave, ProxyMode::Leave), choice(words.global, ProxyMode::Set), choice(words.pac, ProxyMode::Pac)]
}

fn item(label: &str, click: Click) -> Entry {
    Entry::Item { label: label.to_owned(), click, enabled: true }
}

#[cfg(test)]
mod tests {
    use parasol_app::language::Language;
    use parasol_app::log::LogView;
    use parasol_app::state::{
        Actual, KeyStoreView, OnAtStart, OnClose, ProxyActual, RoutingView, SecretsPlace, SecretsView, SystemProxyView,
        TestsView,
    };
    use parasol_app::timeouts::{TimeoutsDraft, TimeoutsView};

    use super::*;

    const NONE: TimeoutsDraft =
        TimeoutsDraft { handshake: 0, resolve: 0, connect: 0, first_byte: 0, idle: 0, half_closed: 0 };

    fn english() -> &'static Words {
        Words::of(&state())
    }

    fn state() -> AppState {
        AppState {
            wanted: false,
            actual: Actual::Off,
            profiles: Vec::new(),
            active: None,
            groups: Vec::new(),
            group: None,
            tests: TestsView {
                waiting: Vec::new(),
                asked: 0,
                ended: Vec::new(),
                url: String::new(),
                name_server: String::new(),
            },
            timeouts: TimeoutsView { set: NONE, usual: NONE, most: 0 },
            local_port: 1080,
            port_refused: None,
            ports: Vec::new(),
            system_proxy: SystemProxyView { wanted: ProxyMode::Set, actual: ProxyActual::Unset },
            routing: RoutingView {
                mode: RoutingMode::Global,
                local_direct: true,
                rules: 0,
                max_bytes: 0,
                pac_rules: 0,
                lists: Vec::new(),
                max_lists: 0,
                reading: false,
            },
            subscriptions: Vec::new(),
            name_server: String::new(),
            secrets: SecretsView {
                place: SecretsPlace::KeyStore,
                key_store: KeyStoreView::Ready,
                locked: 0,
                waiting: 0,
                busy: false,
                not_moved: None,
            },
            undo: None,
            notices: Vec::new(),
            on_close: OnClose::Close,
            on_at_start: OnAtStart::AtLogin,
            notify: true,
            log: LogView::default(),
            language: Language::En,
            theme: parasol_app::theme::Theme::System,
            sees_screen: true,
            version: "0".to_owned(),
        }
    }

    fn profile(id: &str, name: &str) -> ProfileView {
        ProfileView {
            id: id.to_owned(),
            title: name.to_owned(),
            name: name.to_owned(),
            server: "s.example".to_owned(),
            port: 8388,
            method: "aes-256-gcm".to_owned(),
            password_locked: false,
            builtin: false,
            plugin: String::new(),
            plugin_opts: String::new(),
            plugin_approved: false,
            legacy: false,
            legacy_approved: false,
            one_time_auth: false,
            notes: String::new(),
            subscription: None,
            gone: false,
        }
    }

    /// Labels from the top; a group's own stand behind it, a check before the chosen one.
    fn drawn(entries: &[Entry]) -> Vec<String> {
        entries
            .iter()
            .flat_map(|entry| match entry {
                Entry::Line => vec!["-".to_owned()],
                Entry::Item { label, enabled: true, .. } => vec![label.clone()],
                Entry::Item { label, enabled: false, .. } => vec![format!("({label})")],
                Entry::Choice { label, checked, .. } => vec![format!("{}{label}", if *checked { "*" } else { "" })],
                Entry::Group { label, entries } => {
                    let inner = drawn(entries).join(", ");
                    vec![format!("{label} > {inner}")]
                }
            })
            .collect()
    }

    #[test]
    fn an_empty_state_offers_to_turn_on_and_no_profile() {
        let expected = [
            "Turn on",
            "Profile > (No profile yet)",
            "Mode > Rules, *Global, Direct",
            "System proxy > Leave alone, *Global, PAC",
            "-",
            "Open Parasol",
            "Quit",
        ];
        assert_eq!(drawn(&entries(&state(), english())), expected);
    }

    #[test]
    fn the_switch_asks_for_the_opposite_of_what_is_wanted() {
        let clicked = |wanted| match entries(&AppState { wanted, ..state() }, english()).remove(0) {
            Entry::Item { label, click, .. } => (label, click),
            other => panic!("the first entry is the switch, not {other:?}"),
        };
        assert_eq!(clicked(false), ("Turn on".to_owned(), Click::Send(Command::SetOn { on: true })));
        assert_eq!(clicked(true), ("Turn off".to_owned(), Click::Send(Command::SetOn { on: false })));
    }

    #[test]
    fn profiles_stand_in_order_with_the_active_one_checked() {
        let profiles = vec![profile("a", "Tokyo"), profile("b", "Home & away\nsecond line")];
        let state = AppState { profiles, active: Some("b".to_owned()), ..state() };
        assert_eq!(drawn(&entries(&state, english()))[1], "Profile > Tokyo, *Home && away second line");
    }

    #[test]
    fn of_thousands_of_profiles_the_first_and_the_active_one_stand_there() {
        let profiles: Vec<_> = (0..10_000).map(|n| profile(&format!("p{n}"), &format!("n{n}"))).collect();
        for (active, last) in [("p7", "n49"), ("p9999", "*n9999")] {
            let state = AppState { profiles: profiles.clone(), active: Some(active.to_owned()), ..state() };
            let drawn = drawn(&entries(&state, english())).remove(1);
            assert!(drawn.starts_with("Profile > n0, n1, ") && drawn.matches('*').count() == 1, "{drawn}");
            assert!(drawn.ends_with(&format!(", {last}, All 10000 profiles…")), "{drawn}");
        }
    }

    #[test]
    fn the_menu_speaks_the_language_that_was_set() {
        let state = AppState { language: Language::Ru, ..state() };
        let drawn = drawn(&entries(&state, Words::of(&state)));
        assert_eq!((&*drawn[0], &*drawn[6]), ("Включить", "Выйти"));
    }

    #[test]
    fn an_endless_name_is_cut() {
        let state = AppState { profiles: vec![profile("a", &"x".repeat(5000))], ..state() };
        assert!(drawn(&entries(&state, english()))[1].chars().count() < 100);
    }
}

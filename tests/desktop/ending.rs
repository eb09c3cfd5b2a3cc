//! The ends that come from outside while Parasol holds the system proxy: of the program, and of what it lives on. The
//! setting is the user's own again, by Parasol itself, by its guard, or by the next start.

use serde_json::json;

use crate::desk::Desk;
use crate::process::{guard_of, is_running, kill, signal};
use crate::proxy_setting;
use crate::starting::{save_settings, start, status};
use crate::tray_host::TrayHost;
use crate::until::until;

/// A desktop whose user has a proxy of their own, with a Parasol on it that has taken its place.
struct Taken {
    desk: Desk,
    before: String,
    pid: u32,
    guard: u32,
    _host: TrayHost,
}

impl Taken {
    async fn new() -> Taken {
        let mut desk = Desk::new();
        proxy_setting::write(&desk, "", "ignore-hosts", "['intranet.example']");
        proxy_setting::write(&desk, "http", "host", "proxy.example");
        proxy_setting::write(&desk, "http", "port", "3128");
        proxy_setting::write(&desk, "", "mode", "manual");
        let before = proxy_setting::all(&desk);
        save_settings(&desk, json!({"system_proxy": "set"}));
        let host = TrayHost::on(desk.bus()).await;
        let pid = start(&mut desk, &["--hidden", "--on"]);
        until("the proxy is set", async || (status(&desk).await["system_proxy"]["set"] == true).then_some(())).await;
        assert_eq!(proxy_setting::read(&desk, "http", "host"), "127.0.0.1");
        let guard = guard_of(pid).expect("it has a guard");
        Taken { desk, before, pid, guard, _host: host }
    }

    /// Whether nothing is left that would have to be given back.
    fn is_given_back(&self) -> bool {
        !self.is_left("system-proxy.json") && !self.is_left("parasol-release-proxy.desktop")
    }

    fn is_left(&self, file: &str) -> bool {
        self.desk.find(file).is_some()
    }

    async fn ends(&self) {
        until("the end of Parasol", async || (!is_running(self.pid)).then_some(())).await;
    }

    /// What the next Parasol makes of what is left.
    async fn start_again(&mut self) {
        let _host = TrayHost::on(self.desk.bus()).await;
        start(&mut self.desk, &["--hidden"]);
        until("nothing is left", async || self.is_given_back().then_some(())).await;
        assert_eq!(proxy_setting::all(&self.desk), self.before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_asks_it_to_end_it_gives_the_proxy_back_without_its_guard() {
    for name in ["TERM", "HUP", "INT"] {
        let taken = Taken::new().await;
        kill(taken.guard);
        assert!(signal(name, taken.pid), "{name}");
        taken.ends().await;
        assert_eq!(proxy_setting::all(&taken.desk), taken.before, "{name}");
        assert!(taken.is_given_back(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_is_gone_ends_it_and_the_proxy_comes_back() {
    let mut taken = Taken::new().await;
    taken.desk.lose_screen();
    taken.ends().await;
    until("nothing is left", async || taken.is_given_back().then_some(())).await;
    assert_eq!(proxy_setting::all(&taken.desk), taken.before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_and_a_guard_that_are_gone_leave_it_to_the_next_start() {
    let mut taken = Taken::new().await;
    kill(taken.guard);
    taken.desk.lose_screen();
    taken.ends().await;
    taken.desk.start_screen();
    taken.start_again().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_is_gone_keeps_the_journal_for_the_next_session() {
    for with_guard in [true, false] {
        let mut taken = Taken::new().await;
        if !with_guard {
            kill(taken.guard);
        }
        taken.desk.lose_bus();
        // It may have ended for that alone.
        signal("TERM", taken.pid);
        taken.ends().await;
        until("the end of the guard", async || (!is_running(taken.guard)).then_some(())).await;
        assert!(taken.is_left("system-proxy.json"), "nobody could give it back, with a guard: {with_guard}");
        taken.desk.start_bus();
        assert_ne!(proxy_setting::all(&taken.desk), taken.before, "nobody could give it back");
        taken.start_again().await;
    }
}

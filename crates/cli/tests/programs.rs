//! What other programs make of it: a browser that is sent to us by GNOME's settings or by Plasma's, by name or by a script,
//! and has a network again when we have been killed. libproxy is asked too.
#![cfg(target_os = "linux")]

mod session;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use parasol_platform::system_proxy::{Lease, Rescue, Wanted, desktop};
use session::{Bus, Place, kill, text_of, this_program, until};

#[test]
fn on_gnome_a_browser_is_sent_to_us_and_is_direct_when_we_are_killed() {
    fetch_everywhere("GNOME");
}

#[test]
fn on_plasma_a_browser_is_sent_to_us_and_is_direct_when_we_are_killed() {
    fetch_everywhere("KDE");
}

fn fetch_everywhere(desktop: &'static str) {
    let place = Place::new();
    let bus = Bus::start(&place);
    let session = Session { place, bus, desktop };
    let site = serve(|_| "the site itself".to_owned());
    let proxy = serve(|address| format!("through the proxy at {address}"));
    for way in ["by name", "by script"] {
        let mut holder = session.hold(proxy, way);
        assert!(session.browse(site).contains(&format!("through the proxy at {proxy}")), "{desktop} {way}");
        session.ask_libproxy(desktop, way, &proxy.to_string());
        kill("KILL", &holder.id().to_string());
        holder.wait().unwrap();
        until("the journal is gone", || !session.place.journal().exists());
        session.ask_libproxy(desktop, way, "direct://");
    }
    assert!(session.browse(site).contains("the site itself"), "{desktop}");
}

struct Session {
    place: Place,
    bus: Bus,
    desktop: &'static str,
}

impl Session {
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        self.surround(&mut command);
        command
    }

    fn surround(&self, command: &mut Command) {
        self.place.surround(command, self.desktop);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address).env("DESKTOP_SESSION", self.desktop.to_lowercase());
        command.env("KDE_SESSION_VERSION", "6");
    }

    /// A Parasol that has sent programs to this address.
    fn hold(&self, proxy: SocketAddr, way: &str) -> Child {
        let mut command = this_program("holds_the_proxy");
        self.surround(&mut command);
        command.env(PROXY_AT, proxy.to_string()).env(WAY, way).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap() == "holds"), "it ended");
        process
    }

    /// What a browser shows of the site, whose name only the test's proxy and this browser know.
    fn browse(&self, site: SocketAddr) -> String {
        let mut command = self.command(browser_program());
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        command.args(["--password-store=basic", "--host-resolver-rules=MAP site.test 127.0.0.1"]);
        let profile = self.place.path().join("browser");
        command.arg(format!("--user-data-dir={}", profile.display()));
        let page =
            text_of(command.args(["--timeout=30000", "--dump-dom", &format!("http://site.test:{}/", site.port())]));
        fs::remove_dir_all(profile).unwrap_or_default();
        page
    }

    /// Of Plasma's file it knows the form of Plasma 4 only, and no script without a program for it.
    fn ask_libproxy(&self, desktop: &str, way: &str, answer: &str) {
        if desktop != "GNOME" || way != "by name" {
            return;
        }
        let found = text_of(self.command(LIBPROXY).arg("http://site.test/"));
        assert!(found.contains(answer), "{found}");
    }
}

/// Of libproxy-tools.
const LIBPROXY: &str = "proxy";

fn browser_program() -> &'static str {
    let in_path = |program: &str| env::split_paths(&env::var_os("PATH").unwrap()).any(|dir| dir.join(program).exists());
    let known = ["chromium", "chromium-browser", "google-chrome"];
    known.into_iter().find(|program| in_path(program)).expect("a browser is installed")
}

const PROXY_AT: &str = "PARASOL_TEST_PROXY_AT";
const WAY: &str = "PARASOL_TEST_WAY";

#[test]
#[ignore = "started by another test, to be killed"]
fn holds_the_proxy() {
    let place = Place::here().expect("started by another test");
    let proxy: SocketAddr = env::var(PROXY_AT).unwrap().parse().unwrap();
    let wanted = match env::var(WAY).unwrap().as_str() {
        "by script" => Wanted::by_script(proxy, SCRIPT).unwrap(),
        _ => Wanted::new(proxy, Wanted::LOOPBACK.map(str::to_owned).to_vec()),
    };
    let rescue = Rescue::of_this_user(Path::new(env!("CARGO_BIN_EXE_parasol")));
    let _lease = Lease::acquire_with_rescue(desktop().unwrap(), &place.journal(), &wanted, &rescue).unwrap();
    println!("\nholds");
    std::io::stdin().read_exact(&mut [0]).unwrap();
}

const SCRIPT: &str = "/1.pac";

/// Answers every request with this page, and the one for the script with a script that sends everybody here.
fn serve(page: impl Fn(SocketAddr) -> String + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, page) = (stream.unwrap(), page(address));
            // Browsers open connections that they do not use yet.
            thread::spawn(move || {
                let mut head = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                let Some(request) = head.next() else { return };
                head.find(String::is_empty);
                let (kind, body) = match request.starts_with(&format!("GET {SCRIPT} ")) {
                    true => (
                        "application/x-ns-proxy-autoconfig",
                        format!("function FindProxyForURL(url, host) {{ return 'PROXY {address}' }}"),
                    ),
                    false => ("text/html", page),
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
            });
        }
    });
    address
}

//! `Scene`: what every story needs: a desktop with a tray and a proxy setting of the user's own, a server, and a site
//! behind it.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use harness::curl::curl;
use harness::dns::NameServer;
use harness::origin::Origin;
use harness::peer::{Peer, free_address, ss_server_asking, ss_server_at};
use parasol_proto::{Address, Link};
use serde_json::json;

use crate::browse::browse;
use crate::desk::Desk;
use crate::menu::TrayMenu;
use crate::proxy_setting;
use crate::tray_host::TrayHost;
use crate::until::until;
use crate::window::Window;

/// Enough to show in the table.
pub(crate) const PAGE_BYTES: usize = 300_000;

const METHOD: &str = "aes-256-gcm";
const PASSWORD: &str = "not a secret, only a test";

/// A name that only the far end can look up. Browsers never send loopback addresses through a proxy; this name they do.
pub(crate) const SITE: &str = "site.test";

/// The host of a list, likewise.
pub(crate) const LIST: &str = "list.test";

const HERE: &[IpAddr] = &[IpAddr::V4(Ipv4Addr::LOCALHOST)];

pub(crate) struct Scene {
    pub(crate) desk: Desk,
    host: TrayHost,
    origin: Origin,
    server: Peer,
    method: &'static str,
    /// Where Parasol is to listen.
    pub(crate) port: u16,
    names: NameServer,
}

impl Scene {
    pub(crate) async fn new() -> Scene {
        Scene::with_method(METHOD).await
    }

    /// With a server of this method.
    pub(crate) async fn with_method(method: &'static str) -> Scene {
        let desk = Desk::new();
        // a user with a proxy of their own, so that "as before" is more than the defaults
        proxy_setting::write(&desk, "", "ignore-hosts", "['intranet.example']");
        proxy_setting::write(&desk, "http", "host", "proxy.example");
        proxy_setting::write(&desk, "http", "port", "3128");
        let host = TrayHost::on(desk.bus()).await;
        let origin = Origin::start().await;
        let names = NameServer::start(&[(SITE, HERE), (LIST, HERE)]).await;
        let server = ss_server_asking(names.address, method, PASSWORD).await;
        Scene { desk, host, origin, server, method, port: free_address().await.port(), names }
    }

    pub(crate) async fn start_parasol(&mut self) -> (Window, TrayMenu) {
        let icons = self.host.items().len();
        let window = Window::start(&mut self.desk).await;
        let tray = self.next_tray(icons).await;
        (window, tray)
    }

    /// The icon that comes after the first `before` ones.
    pub(crate) async fn next_tray(&self, before: usize) -> TrayMenu {
        TrayMenu::of_next_icon(&self.host, before).await
    }

    /// Everything goes through the test's server: its profile, our port, the system proxy.
    pub(crate) async fn go_on(&self, window: &Window, tray: &TrayMenu) {
        self.add_profile(window).await;
        self.choose_port(window).await;
        tray.choose(&["System proxy", "Global"]).await;
        tray.click(&["Turn on"]).await;
        self.wait_for_our_port_in_the_setting().await;
    }

    /// Waits until the desktop's proxy setting points at Parasol.
    pub(crate) async fn wait_for_our_port_in_the_setting(&self) {
        until("Parasol's port in the proxy setting", async || {
            let ours = proxy_setting::read(&self.desk, "", "mode") == "manual"
                && proxy_setting::read(&self.desk, "http", "host") == "127.0.0.1"
                && proxy_setting::read(&self.desk, "http", "port") == self.port.to_string();
            ours.then_some(())
        })
        .await;
    }

    pub(crate) async fn stop_server(&mut self) {
        self.server.process.terminate().await;
        self.server.process.ended().await;
    }

    /// The same server once more, where it was.
    pub(crate) async fn start_server_again(&mut self) {
        self.server = ss_server_at(self.server.address, self.names.address, self.method, PASSWORD).await;
    }

    /// The link of the server.
    pub(crate) fn link(&self, name: &str) -> String {
        let method = self.method.parse().expect("it is one of ours");
        let (server, name) = (Address::from(self.server.address), Some(name.to_owned()));
        Link { server, method, password: PASSWORD.to_owned().into(), plugin: None, name }.encode()
    }

    /// A user without a profile, whose Parasol leaves the system proxy alone, listens where the scene says, and asks nobody
    /// outside of it.
    pub(crate) fn save_nothing_but_settings(&self) {
        let folder = self.desk.folder(".config/parasol");
        let document = json!({"version": 1, "profiles": [], "settings": {
            "local_port": self.port, "system_proxy": "leave", "clock_url": "https://127.0.0.1:1/",
            "test_url": format!("http://{}/head", self.target()), "test_name_server": self.names.address.to_string(),
        }});
        fs::create_dir_all(&folder).expect("a folder of our own");
        fs::write(folder.join("profiles.json"), document.to_string()).expect("a file of our own");
    }

    /// Where Parasol listens.
    pub(crate) fn local(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The site's name and port.
    pub(crate) fn target_parts(&self) -> (String, u16) {
        (SITE.to_owned(), self.origin.address.port())
    }

    /// The site, as a relay knows it.
    pub(crate) fn target(&self) -> String {
        format!("{SITE}:{}", self.origin.address.port())
    }

    /// Fetches a page with curl through this proxy: how many bytes it has, or curl's complaint.
    pub(crate) async fn fetch(&self, proxy: &str) -> Result<usize, String> {
        self.fetch_from(&self.target(), proxy).await
    }

    /// The same by the site's address on this machine instead of its name.
    pub(crate) async fn fetch_by_address(&self, proxy: &str) -> Result<usize, String> {
        self.fetch_from(&self.origin.address.to_string(), proxy).await
    }

    async fn fetch_from(&self, site: &str, proxy: &str) -> Result<usize, String> {
        let url = format!("http://{site}/bytes/{PAGE_BYTES}");
        let answer = curl(&["--fail", "--proxy", proxy, &url]).await;
        if answer.code == 0 { Ok(answer.body.len()) } else { Err(answer.words) }
    }

    /// The origin shows a browser its own request, and so whom it believes to be talking to.
    pub(crate) async fn see_the_site_in_a_browser(&self) {
        let page = browse(&self.desk, &format!("http://{}/head", self.target())).await;
        let page = page.unwrap_or_else(|error| panic!("the browser failed: {error}"));
        assert!(page.contains(&format!("Host: {}", self.target())), "the browser shows {page}");
    }

    /// Makes a profile of the server in the editor.
    pub(crate) async fn add_profile(&self, window: &Window) {
        window.click("nav-profiles").await;
        window.click("add-profile").await;
        window.type_into("editor-name", "Test server").await;
        window.type_into("editor-server", "127.0.0.1").await;
        window.type_into("editor-port", &self.server.address.port().to_string()).await;
        window.choose("editor-method", self.method).await;
        window.type_into("editor-password", PASSWORD).await;
        window.picture("editor").await;
        window.click("editor-save").await;
        window.wait_for_text("profile-row", "Test server").await;
    }

    /// Changes the port in the window: the usual one may be taken on the machine that runs the tests.
    pub(crate) async fn choose_port(&self, window: &Window) {
        window.click("nav-home").await;
        window.click("change-port").await;
        window.clear("local-port").await;
        window.type_into("local-port", &self.port.to_string()).await;
        window.click("local-port-save").await;
        window.part("change-port").await;
    }
}

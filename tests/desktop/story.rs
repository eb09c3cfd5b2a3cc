//! The first story of a person with Parasol, and what is left of it when the program is killed in the middle.

use std::net::{IpAddr, Ipv4Addr};

use harness::curl::curl;
use harness::dns::NameServer;
use harness::origin::Origin;
use harness::peer::{Peer, free_address, ss_server_asking};

use crate::browse::browse;
use crate::desk::Desk;
use crate::menu::TrayMenu;
use crate::process::{is_running, kill};
use crate::proxy_setting;
use crate::tray_host::TrayHost;
use crate::until::until;
use crate::window::Window;

const METHOD: &str = "aes-256-gcm";
const PASSWORD: &str = "not a secret, only a test";

/// A name that only the far end can look up. Browsers never send loopback addresses through a proxy; this name they do.
const SITE: &str = "site.test";
/// Enough to show in the table.
const PAGE_BYTES: usize = 300_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_goes_through_the_server_and_the_proxy_setting_comes_back() {
    let mut scene = Scene::new().await;
    let before = proxy_setting::all(&scene.desk);
    let (window, tray) = scene.start_parasol().await;

    add_profile(&window, &scene.server).await;
    listen_on(&window, scene.port).await;
    tray.wait_for(&["Profile", "Test server"], true).await;
    tray.click(&["System proxy", "Set"]).await;
    tray.wait_for(&["System proxy", "Set"], true).await;
    tray.click(&["Turn on"]).await;
    tray.wait_for(&["Turn off"], false).await;
    scene.wait_for_our_port_in_the_setting().await;
    window.click("nav-home").await;
    window.wait_for_text("state-text", "On").await;

    // two programs: one that is told the proxy, and one that asks the desktop
    assert_eq!(scene.fetch(&format!("socks5h://127.0.0.1:{}", scene.port)).await, Ok(PAGE_BYTES));
    scene.see_the_site_in_a_browser().await;

    window.wait_for_text("ports-row", &scene.port.to_string()).await;
    until("the page in the Ports table", async || {
        let down: usize = window.attribute("port-down", "data-bytes").await?.parse().ok()?;
        (down > PAGE_BYTES).then_some(())
    })
    .await;

    window.picture("home-on").await;

    scene.stop_server().await;
    scene.fetch(&format!("socks5h://127.0.0.1:{}", scene.port)).await.expect_err("there is no server to go through");
    window.wait_for_text("given-up-row", &scene.target()).await;
    assert_eq!(window.attribute("given-up-row", "data-stage").await.as_deref(), Some("connect"));
    assert_eq!(window.attribute("given-up-row", "data-verdict").await.as_deref(), Some("refused"));
    window.wait_for_text("given-up-row", "start the server").await;
    window.picture("home-timed-out").await;

    tray.click(&["Turn off"]).await;
    tray.wait_for(&["Turn on"], false).await;
    window.wait_for_text("state-text", "Off").await;
    until("the proxy setting as it was", async || (proxy_setting::all(&scene.desk) == before).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_setting_comes_back_after_a_kill_and_a_new_start() {
    let mut scene = Scene::new().await;
    let before = proxy_setting::all(&scene.desk);
    let (window, tray) = scene.start_parasol().await;
    add_profile(&window, &scene.server).await;
    listen_on(&window, scene.port).await;
    tray.click(&["System proxy", "Set"]).await;
    tray.click(&["Turn on"]).await;
    scene.wait_for_our_port_in_the_setting().await;

    kill(tray.pid());
    drop(window);
    let (window, tray) = scene.start_parasol().await;
    until("the proxy setting as it was", async || (proxy_setting::all(&scene.desk) == before).then_some(())).await;

    // and it still works
    tray.wait_for(&["Profile", "Test server"], true).await;
    tray.click(&["Turn on"]).await;
    scene.wait_for_our_port_in_the_setting().await;
    window.wait_for_text("state-text", "On").await;
    scene.see_the_site_in_a_browser().await;
    assert_eq!(scene.fetch(&format!("http://127.0.0.1:{}", scene.port)).await, Ok(PAGE_BYTES));

    tray.click(&["Quit"]).await;
    until("the end of the process", async || (!is_running(tray.pid())).then_some(())).await;
    assert_eq!(proxy_setting::all(&scene.desk), before);
}

/// What every story needs: a desktop with a tray and a setting of the user's own, a server, and a site behind it.
struct Scene {
    desk: Desk,
    host: TrayHost,
    origin: Origin,
    server: Peer,
    /// Where Parasol is to listen.
    port: u16,
    _names: NameServer,
}

impl Scene {
    async fn new() -> Scene {
        let desk = Desk::new();
        // a user with a proxy of their own, so that "as before" is more than the defaults
        proxy_setting::write(&desk, "", "ignore-hosts", "['intranet.example']");
        proxy_setting::write(&desk, "http", "host", "proxy.example");
        proxy_setting::write(&desk, "http", "port", "3128");
        let host = TrayHost::on(desk.bus()).await;
        let origin = Origin::start().await;
        let names = NameServer::start(&[(SITE, &[IpAddr::V4(Ipv4Addr::LOCALHOST)])]).await;
        let server = ss_server_asking(names.address, METHOD, PASSWORD).await;
        Scene { desk, host, origin, server, port: free_address().await.port(), _names: names }
    }

    async fn start_parasol(&mut self) -> (Window, TrayMenu) {
        let icons = self.host.items().len();
        let window = Window::start(&mut self.desk).await;
        let tray = TrayMenu::of_next_icon(&self.host, icons).await;
        (window, tray)
    }

    /// Waits until the desktop's proxy setting points at Parasol.
    async fn wait_for_our_port_in_the_setting(&self) {
        until("Parasol's port in the proxy setting", async || {
            let ours = proxy_setting::read(&self.desk, "", "mode") == "manual"
                && proxy_setting::read(&self.desk, "http", "host") == "127.0.0.1"
                && proxy_setting::read(&self.desk, "http", "port") == self.port.to_string();
            ours.then_some(())
        })
        .await;
    }

    async fn stop_server(&mut self) {
        self.server.process.terminate().await;
        self.server.process.ended().await;
    }

    /// The site, as a relay knows it.
    fn target(&self) -> String {
        format!("{SITE}:{}", self.origin.address.port())
    }

    /// Fetches a page with curl through this proxy: how many bytes it has, or curl's complaint.
    async fn fetch(&self, proxy: &str) -> Result<usize, String> {
        let url = format!("http://{}/bytes/{PAGE_BYTES}", self.target());
        let answer = curl(&["--fail", "--proxy", proxy, &url]).await;
        if answer.code == 0 { Ok(answer.body.len()) } else { Err(answer.words) }
    }

    /// The origin shows a browser its own request, and so whom it believes to be talking to.
    async fn see_the_site_in_a_browser(&self) {
        let page = browse(&self.desk, &format!("http://{}/head", self.target())).await;
        let page = page.unwrap_or_else(|error| panic!("the browser failed: {error}"));
        assert!(page.contains(&format!("Host: {}", self.target())), "the browser shows {page}");
    }
}

async fn add_profile(window: &Window, server: &Peer) {
    window.click("nav-profiles").await;
    window.click("add-profile").await;
    window.type_into("editor-name", "Test server").await;
    window.type_into("editor-server", "127.0.0.1").await;
    window.type_into("editor-port", &server.address.port().to_string()).await;
    window.choose("editor-method", METHOD).await;
    window.type_into("editor-password", PASSWORD).await;
    window.picture("editor").await;
    window.click("editor-save").await;
    window.wait_for_text("profile-row", "Test server").await;
}

/// The usual port may be taken on the machine that runs the tests.
async fn listen_on(window: &Window, port: u16) {
    window.click("nav-home").await;
    window.click("change-port").await;
    window.clear("local-port").await;
    window.type_into("local-port", &port.to_string()).await;
    window.click("local-port-save").await;
    window.wait_for_text("change-port", "").await;
}

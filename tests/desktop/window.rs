//! `Window`: Parasol's window, driven through WebKit's own automation.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Stdio;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use harness::deadline::within;
use harness::peer::free_address;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::desk::{Desk, built};
use crate::until::until;

pub(crate) struct Window {
    driver: Client,
}

impl Window {
    /// Starts Parasol on this desk, with its window open.
    pub(crate) async fn start(desk: &mut Desk) -> Window {
        Window::start_with(desk, &[]).await
    }

    /// The same with arguments.
    pub(crate) async fn start_with(desk: &mut Desk, arguments: &[&str]) -> Window {
        Window::start_program(desk, "parasol-desktop", arguments).await
    }

    /// The same of another program with Parasol's window.
    pub(crate) async fn start_program(desk: &mut Desk, program: &str, arguments: &[&str]) -> Window {
        let port = free_address().await.port();
        let mut command = desk.command("WebKitWebDriver");
        command.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true").stdout(Stdio::null());
        desk.start(command);

        let program = built(program);
        let asked = json!({ "webkitgtk:browserOptions": { "binary": program, "args": arguments } });
        let asked = asked.as_object().expect("it was written as one").clone();
        let listening = || TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        until("WebKitWebDriver", async || listening().await.ok()).await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        // asked once: it starts Parasol, and a second one would find the first and leave
        let address = format!("http://127.0.0.1:{port}");
        let driver = within("the window", builder.capabilities(asked).connect(&address))
            .await
            .unwrap_or_else(|error| panic!("no window to drive: {error}"));
        Window { driver }
    }

    /// Waits for the part with this `data-testid`.
    pub(crate) async fn part(&self, name: &str) -> Element {
        let selector = format!("[data-testid='{name}']");
        until(&format!("{name} in the window"), async || self.driver.find(Locator::Css(&selector)).await.ok()).await
    }

    pub(crate) async fn click(&self, name: &str) {
        // As a person scrolls: WebKit's own driver brings nothing into sight within a part of the page that scrolls.
        let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
        until(&format!("{name} to click"), async || {
            let part = self.part(name).await;
            let shown = serde_json::to_value(&part).expect("an element can be named");
            self.driver.execute(scroll, vec![shown]).await.ok()?;
            part.click().await.ok()
        })
        .await;
    }

    /// Clicks what ends the program, whose page is gone before it can answer, as often as not.
    pub(crate) async fn click_at_last(&self, name: &str) {
        let _ = self.part(name).await.click().await;
    }

    /// Types into a field, as a person does, key by key.
    pub(crate) async fn type_into(&self, name: &str, text: &str) {
        self.part(name).await.send_keys(text).await.unwrap_or_else(|error| panic!("typing into {name}: {error}"));
    }

    pub(crate) async fn clear(&self, name: &str) {
        self.part(name).await.clear().await.unwrap_or_else(|error| panic!("clearing {name}: {error}"));
    }

    /// Chooses from a list.
    pub(crate) async fn choose(&self, name: &str, value: &str) {
        let list = self.part(name).await;
        list.select_by_value(value).await.unwrap_or_else(|error| panic!("choosing {value} in {name}: {error}"));
    }

    /// Chooses what is called so from a list.
    pub(crate) async fn choose_by_text(&self, name: &str, text: &str) {
        let list = self.part(name).await;
        list.select_by_label(text).await.unwrap_or_else(|error| panic!("choosing {text} in {name}: {error}"));
    }

    /// Waits until the part's text holds this.
    pub(crate) async fn wait_for_text(&self, name: &str, text: &str) {
        until(&format!("{text:?} in {name}"), async || {
            let shown = self.part(name).await.text().await.ok()?;
            shown.contains(text).then_some(())
        })
        .await;
    }

    /// What stands in a field.
    pub(crate) async fn value(&self, name: &str) -> String {
        let value = self.part(name).await.prop("value").await;
        value.ok().flatten().unwrap_or_else(|| panic!("{name} has no value"))
    }

    /// The texts of all parts of this name that are there now.
    pub(crate) async fn texts(&self, name: &str) -> Vec<String> {
        let parts = self.driver.find_all(Locator::Css(&format!("[data-testid='{name}']"))).await.unwrap_or_default();
        let mut texts = Vec::new();
        for part in parts {
            texts.extend(part.text().await);
        }
        texts
    }

    /// Waits until one part of this name holds this text, wherever the driver believes it to be.
    pub(crate) async fn wait_for_content(&self, name: &str, text: &str) {
        until(&format!("{text:?} in {name}"), async || {
            self.contents(name).await.iter().any(|content| content.contains(text)).then_some(())
        })
        .await;
    }

    /// The same as [`Window::texts`] of parts that the driver takes for hidden: rows of a list that draws a few of them.
    pub(crate) async fn contents(&self, name: &str) -> Vec<String> {
        let parts = self.driver.find_all(Locator::Css(&format!("[data-testid='{name}']"))).await.unwrap_or_default();
        let mut contents = Vec::new();
        for part in parts {
            contents.extend(part.prop("textContent").await.ok().flatten());
        }
        contents
    }

    /// Whether the page is to be seen.
    pub(crate) async fn is_visible(&self) -> bool {
        let state = self.driver.execute("return document.visibilityState", Vec::new()).await;
        state.expect("the page answers") == "visible"
    }

    /// Runs a script in the page, and what it returns.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.driver.execute(script, arguments).await.expect("the page answers")
    }

    /// Which way the page runs.
    pub(crate) async fn direction(&self) -> String {
        let direction = self.driver.execute("return document.documentElement.dir", Vec::new()).await;
        direction.expect("the page answers").as_str().expect("a word").to_owned()
    }

    /// Pastes into a field, by the keys for it.
    pub(crate) async fn paste_into(&self, name: &str) {
        let keys = format!("{}v{}", char::from(Key::Control), char::from(Key::Null));
        self.type_into(name, &keys).await;
    }

    /// An attribute of a part.
    pub(crate) async fn attribute(&self, name: &str, attribute: &str) -> Option<String> {
        self.part(name).await.attr(attribute).await.ok().flatten()
    }

    /// Asks for the end of the window, as the page does when the user has closed it.
    pub(crate) async fn close(&self) {
        let close = "window.__TAURI_INTERNALS__.invoke('close_window')";
        // the page is gone before it can answer, as often as not
        let _ = self.driver.execute(close, Vec::new()).await;
    }

    /// Saves a picture of the window as `NAME.png` in the folder that `PARASOL_PICTURES` names, if it names one.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("PARASOL_PICTURES") else { return };
        // two frames later everything that was read is also drawn; and WebKit takes the picture when it draws next, which
        // on a page where nothing moves would be never
        let moving = "const done = arguments[0]; let paler = false;
            window.moving = setInterval(() => (document.body.style.opacity = (paler = !paler) ? '0.999' : ''), 50);
            requestAnimationFrame(() => requestAnimationFrame(() => done(1)))";
        self.driver.execute_async(moving, Vec::new()).await.expect("the page draws");
        let picture = within("a picture of the window", self.driver.screenshot()).await;
        let picture = picture.expect("the window can be drawn");
        let still = "clearInterval(window.moving); document.body.style.opacity = ''";
        self.driver.execute(still, Vec::new()).await.expect("the page stops moving");
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).expect("the folder can be written");
    }
}

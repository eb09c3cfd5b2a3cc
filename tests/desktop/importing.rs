//! Servers that get into the window other than by typing: from the screen, the clipboard, a file and a subscription; and
//! out of it, as a backup.

use std::path::Path;

use parasol_app::export::qr_png;

use crate::desk::Desk;
use crate::dialog::agree;
use crate::list_host::ListHost;
use crate::neighbour::Neighbour;
use crate::scene::{LIST, Scene};
use crate::until::until;
use crate::window::Window;

fn link(name: &str, port: u16) -> String {
    format!("ss://YWVzLTI1Ni1nY206c2VjcmV0@127.0.0.1:{port}#{name}")
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_on_the_screen_are_read_also_those_behind_the_window() {
    let mut desk = Desk::new();
    let mut neighbour = Neighbour::on(desk.display());
    neighbour.show(&link("Covered", 1), (60, 60));
    neighbour.show(&link("Beside", 2), (950, 650));
    let window = Window::start(&mut desk).await;

    window.click("look-at-screen").await;
    look_until(&window, "screen", "The screen: 2 servers.").await;
    assert!(window.is_visible().await, "it is back");
    window.picture("import-screen").await;
    window.click("links-add").await;
    window.wait_for_text("notice", "Added 2 profiles.").await;
    window.click("nav-profiles").await;
    let rows =
        until("both profiles", async || Some(window.texts("profile-row").await).filter(|rows| rows.len() == 2)).await;
    assert!(["Covered", "Beside"].iter().all(|name| rows.iter().any(|row| row.contains(name))), "{rows:?}");

    neighbour.clear();
    window.click("import").await;
    window.click("look-at-screen").await;
    look_until(&window, "screen", "The screen: no server.").await;
    window.wait_for_text("link-refused", "no QR code is seen on the screen").await;
    assert!(window.is_visible().await, "it is back also without a code");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clipboard_is_read_be_it_text_a_picture_too_much_or_nothing() {
    let mut desk = Desk::new();
    let neighbour = Neighbour::on(desk.display());
    let window = Window::start(&mut desk).await;
    window.click("nav-profiles").await;
    window.click("import").await;

    neighbour.hold("UTF8_STRING", format!("try these:\n{}\n{}", link("One", 1), link("Two", 2)).as_bytes());
    look_until(&window, "clipboard", "Links: 2 servers.").await;
    neighbour.hold("image/png", &qr_png(&link("Pictured", 3)).expect("it fits"));
    look_until(&window, "clipboard", "A picture: 1 server.").await;
    window.wait_for_text("link-added", "Pictured").await;

    neighbour.hold("image/png", &picture_of(20_000, 20_000));
    look_until(&window, "clipboard", "A picture: no server.").await;
    window.wait_for_text("link-refused", "20000 × 20000 pixels is too large").await;
    neighbour.hold("UTF8_STRING", &vec![b'x'; 11 * 1024 * 1024]);
    look_until(&window, "clipboard", "No server.").await;
    window.wait_for_text("link-refused", "too long").await;
    neighbour.let_go();
    look_until(&window, "clipboard", "The clipboard holds neither text nor a picture").await;
    window.picture("import-clipboard-empty").await;

    // by the keys
    window.click("nav-profiles").await;
    window.click("import").await;
    neighbour.hold("image/png", &qr_png(&link("Pasted", 4)).expect("it fits"));
    window.paste_into("links-text").await;
    window.wait_for_text("link-added", "Pasted").await;
    window.click("links-add").await;
    window.wait_for_text("notice", "Added 1 profile.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_and_a_subscription_come_in_and_a_backup_goes_out() {
    let host = ListHost::start(LIST, &format!("{}\n", link("Listed", 9))).await;
    let mut scene = Scene::new().await;
    // whom this desk believes
    scene.desk.set("SSL_CERT_FILE", &host.authority().display().to_string());
    let (window, tray) = scene.start_parasol().await;
    scene.add_profile(&window).await;
    scene.choose_port(&window).await;

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/import/gui-config.json");
    window.click("nav-profiles").await;
    window.click("import").await;
    window.type_into("import-files", &file.display().to_string()).await;
    window.wait_for_text("import-file", "gui-config.json").await;
    window.wait_for_text("link-added", "Tokyo").await;
    window.picture("import-file").await;
    window.click("links-add").await;
    window.wait_for_text("notice", "Added").await;

    // through the server in use, which knows the way to the host; directly Parasol would not go there
    tray.choose(&["Profile", "Test server"]).await;
    tray.click(&["Turn on"]).await;
    tray.wait_for(&["Turn off"], false).await;
    window.click("nav-profiles").await;
    window.click("subscriptions").await;
    window.click("subscription-new").await;
    window.type_into("subscription-url", &host.url()).await;
    window.click("subscription-look").await;
    window.wait_for_text("subscription-found", LIST).await;
    window.click("subscription-add").await;
    window.wait_for_text("subscription-row", LIST).await;
    window.picture("subscription").await;
    window.click("nav-profiles").await;
    until("all profiles", async || {
        let rows = window.texts("profile-row").await;
        let is_there = |name: &&str| rows.iter().any(|row| row.contains(*name));
        ["Test server", "Tokyo", "Listed"].iter().all(is_there).then_some(())
    })
    .await;

    window.click("nav-settings").await;
    window.picture("settings").await;
    window.click("backup-make").await;
    window.click("backup-save").await;
    agree(scene.desk.display()).await;
    window.wait_for_text("backup-done", "Saved to").await;
    let backup = scene.desk.find("parasol-backup.json").expect("it was saved");
    let saved = std::fs::read_to_string(&backup).expect("it was written");
    assert!(["Test server", "Tokyo", "Listed"].iter().all(|name| saved.contains(name)));
    tray.click(&["Quit"]).await;
}

/// Looks there until this is what comes of it: what was covered may take its time to be drawn again.
async fn look_until(window: &Window, sight: &str, state: &str) {
    let button = format!("look-at-{sight}");
    until(&format!("{state:?} of the {sight}"), async || {
        let shown = window.texts("import-state").await.pop()?;
        if shown.contains(state) {
            return Some(());
        }
        if !shown.contains("Looking") {
            window.click(&button).await;
        }
        None
    })
    .await;
}

/// A PNG of this size as far as its head says.
fn picture_of(width: u32, height: u32) -> Vec<u8> {
    let mut png = qr_png("too small").expect("it fits");
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    // the head's check sum, which is over its kind and content
    let sum = png[12..29].iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    });
    png[29..33].copy_from_slice(&(!sum).to_be_bytes());
    png
}

//! What is opened between Parasol and the rest of the desktop.

use std::fs;
use std::process::Command;

use crate::desk::Desk;
use crate::tray_host::TrayHost;
use crate::window::Window;

const LINK: &str = "ss://YWVzLTI1Ni1nY206c2VjcmV0@one.example:8388#One";

#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_opens_links_with_parasol_as_long_as_it_is_asked_to() {
    let mut desk = Desk::new();
    let _host = TrayHost::on(desk.bus()).await;
    let applications = desk.folder(".local/share/applications");
    fs::create_dir_all(&applications).expect("a folder of our own");
    let other = "[Desktop Entry]\nType=Application\nName=Other\nExec=false %u\nMimeType=x-scheme-handler/ss;\n";
    fs::write(applications.join("other.desktop"), other).expect("a folder of our own");
    run(desk.command("gio").args(["mime", "x-scheme-handler/ss", "other.desktop"]));
    let list = desk.folder(".config/mimeapps.list");
    let before = fs::read_to_string(&list).expect("gio has written it");

    let window = Window::start(&mut desk).await;
    window.click("nav-settings").await;
    window.wait_for_text("links-opener", "do not open this Parasol").await;
    window.click("links-take").await;
    window.wait_for_text("links-opener", "opens Parasol").await;
    window.picture("opener").await;
    let shown = run(desk.command("gio").args(["mime", "x-scheme-handler/ss"]));
    assert!(shown.lines().next().is_some_and(|line| line.ends_with("io.github.parasol.links.desktop")), "{shown}");
    run(desk.command("gio").args(["open", LINK]));
    window.wait_for_text("link-added", "one.example:8388").await;

    window.click("nav-settings").await;
    window.click("links-leave").await;
    window.wait_for_text("links-opener", "do not open this Parasol").await;
    assert_eq!(fs::read_to_string(&list).expect("it is still there"), before);
    let shown = run(desk.command("gio").args(["mime", "x-scheme-handler/ss"]));
    assert!(shown.lines().next().is_some_and(|line| line.ends_with("other.desktop")), "{shown}");
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

//! What is copied, dropped, saved and opened between Parasol and the rest of the desktop.

use std::fs;
use std::process::Command;

use crate::clipboard;
use crate::desk::Desk;
use crate::dialog::agree;
use crate::drag::drop_files;
use crate::file_manager::FileManager;
use crate::menu::TrayMenu;
use crate::process::is_running;
use crate::tray_host::TrayHost;
use crate::until::until;
use crate::window::Window;

const LINK: &str = "ss://YWVzLTI1Ni1nY206c2VjcmV0@one.example:8388#One";

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_link_leaves_the_clipboard_after_its_time_and_at_the_end() {
    let mut desk = Desk::new();
    // Long enough to be seen there, however slow this machine is: until it goes it is looked for all the time.
    desk.set("PARASOL_COPIED_SECONDS", "3");
    let host = TrayHost::on(desk.bus()).await;
    let window = Window::start_with(&mut desk, &[LINK]).await;
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    add_and_share(&window).await;
    window.click("share-copy").await;
    until("the link in the clipboard", async || (clipboard::text(desk.display()).await == LINK).then_some(())).await;
    window.wait_for_text("share-said", "leaves the clipboard").await;
    until("the end of it", async || clipboard::text(desk.display()).await.is_empty().then_some(())).await;

    window.click("share-copy").await;
    until("the link in the clipboard", async || (clipboard::text(desk.display()).await == LINK).then_some(())).await;
    tray.click(&["Quit"]).await;
    until("the end of the process", async || (!is_running(tray.pid())).then_some(())).await;
    assert_eq!(clipboard::text(desk.display()).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_files_and_pictures_lead_to_the_import() {
    let mut desk = Desk::new();
    let _host = TrayHost::on(desk.bus()).await;
    let text = desk.folder("links.txt");
    fs::write(&text, format!("{LINK}\n")).expect("a folder of our own");
    let picture = desk.folder("code.png");
    let two = LINK.replace("one.example", "two.example");
    let bytes = parasol_app::export::qr_png(&two).expect("it is short enough");
    fs::write(&picture, bytes).expect("a folder of our own");

    let window = Window::start(&mut desk).await;
    window.part("nav-home").await;
    drop_files(desk.display(), &[&text, &picture]).await;
    window.wait_for_text("import-file", "links.txt file 1 of 2").await;
    window.wait_for_text("link-added", "one.example:8388").await;
    window.picture("dropped").await;
    window.click("import-skip").await;
    window.wait_for_text("import-file", "code.png file 2 of 2").await;
    window.wait_for_text("link-added", "two.example:8388").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_and_a_backup_are_saved_where_the_dialog_says_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let mut desk = Desk::new();
    let _host = TrayHost::on(desk.bus()).await;
    let window = Window::start_with(&mut desk, &[LINK]).await;
    add_and_share(&window).await;
    window.picture("share").await;
    window.click("share-save").await;
    agree(desk.display()).await;
    window.wait_for_text("share-said", "Saved to").await;
    window.click("share-close").await;

    window.click("nav-settings").await;
    window.click("backup-make").await;
    window.click("backup-save").await;
    agree(desk.display()).await;
    window.wait_for_text("backup-done", "Saved to").await;

    for (name, begin) in [("parasol-links.txt", LINK), ("parasol-backup.json", "{")] {
        let file = desk.find(name).unwrap_or_else(|| panic!("there is no {name}"));
        assert!(fs::read_to_string(&file).expect("it is text").starts_with(begin));
        assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desktops_file_manager_shows_our_files_where_there_is_one() {
    let mut desk = Desk::new();
    let _host = TrayHost::on(desk.bus()).await;
    let window = Window::start_with(&mut desk, &[LINK]).await;
    add_and_share(&window).await;
    window.click("share-close").await;
    window.click("nav-settings").await;
    window.click("file-show").await;
    window.wait_for_text("file-said", "Open the folder yourself").await;
    window.picture("files").await;

    let manager = FileManager::on(desk.bus()).await;
    window.click("file-show").await;
    let file = desk.find("profiles.json").expect("a profile was saved");
    let shown = until("a file to show", async || manager.shown().first().cloned()).await;
    assert_eq!(shown, format!("file://{}", file.display()));
    window.wait_for_content("file-said", "").await;
    window.wait_for_text("file-path", &file.to_string_lossy()).await;
}

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

async fn add_and_share(window: &Window) {
    // Looked at first: before, there is nothing to add.
    window.wait_for_text("links-add", "Add 1").await;
    window.click("links-add").await;
    window.wait_for_text("notice", "Added 1").await;
    window.click("nav-profiles").await;
    window.click("profile-share").await;
    window.part("share-qr").await;
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

//! Which language window and tray speak, and what the window looks like.

use std::fs;

use crate::desk::Desk;
use crate::menu::TrayMenu;
use crate::process::is_running;
use crate::tray_host::TrayHost;
use crate::until::until;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_the_systems_until_another_is_chosen_for_good() {
    let mut desk = Desk::new();
    // The first of these that there are words for.
    desk.set("LANGUAGE", "tlh:ru_RU:en");
    let host = TrayHost::on(desk.bus()).await;
    let window = Window::start(&mut desk).await;
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    tray.wait_for(&["Включить"], false).await;
    tray.wait_for_hint("Parasol выключен").await;
    window.wait_for_text("nav-settings", "Настройки").await;
    assert_eq!(window.direction().await, "ltr");

    window.click("nav-settings").await;
    assert_eq!(window.value("language").await, "system");
    window.choose("language", "fa").await;
    window.wait_for_text("nav-settings", "تنظیمات").await;
    assert_eq!(window.direction().await, "rtl");
    tray.wait_for(&["روشن کردن"], false).await;
    tray.wait_for_hint("Parasol خاموش است").await;
    window.picture("settings-persian").await;

    let file = desk.folder(".config/parasol/profiles.json");
    until("the choice in the file", async || {
        fs::read_to_string(&file).is_ok_and(|text| text.contains(r#""language": "fa""#)).then_some(())
    })
    .await;
    tray.click(&["خروج"]).await;
    until("the end", async || (!is_running(tray.pid())).then_some(())).await;

    let window = Window::start(&mut desk).await;
    let tray = TrayMenu::of_next_icon(&host, 1).await;
    tray.wait_for(&["روشن کردن"], false).await;
    window.wait_for_text("nav-settings", "تنظیمات").await;
    assert_eq!(window.direction().await, "rtl");
    window.click("nav-settings").await;
    assert_eq!(window.value("language").await, "fa");
    window.choose("language", "system").await;
    window.wait_for_text("nav-settings", "Настройки").await;
    tray.wait_for(&["Включить"], false).await;
}

/// What the page is painted on, as a browser computes it from the tokens.
async fn paper(window: &Window) -> String {
    let colour = window.run("return getComputedStyle(document.body).backgroundColor", Vec::new()).await;
    colour.as_str().expect("a colour").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_was_chosen_is_there_when_the_window_opens_again() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    let window = Window::start(&mut desk).await;
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    window.click("nav-settings").await;
    assert_eq!(window.value("theme").await, "system");
    window.choose("theme", "light").await;
    until("light paper", async || (paper(&window).await == "rgb(247, 245, 241)").then_some(())).await;
    window.choose("theme", "dark").await;
    until("dark paper", async || (paper(&window).await == "rgb(23, 23, 27)").then_some(())).await;
    window.picture("settings-dark").await;
    tray.click(&["Quit"]).await;
    until("the end", async || (!is_running(tray.pid())).then_some(())).await;

    let window = Window::start(&mut desk).await;
    until("dark paper", async || (paper(&window).await == "rgb(23, 23, 27)").then_some(())).await;
    window.click("nav-settings").await;
    assert_eq!(window.value("theme").await, "dark");
}

//! Programs that go by Parasol's script: a browser that asks it for each host.

use crate::browse::browse;
use crate::proxy_setting;
use crate::scene::Scene;
use crate::until::until;
use crate::window::Window;

/// The URL that the desktop names, once it is another one than before.
async fn next_url(scene: &Scene, before: &str) -> String {
    until("another script in the proxy setting", async || {
        let url = proxy_setting::read(&scene.desk, "", "autoconfig-url");
        let ours = url.starts_with(&format!("http://127.0.0.1:{}/", scene.port));
        let auto = proxy_setting::read(&scene.desk, "", "mode") == "auto";
        (ours && auto && url != before).then_some(url)
    })
    .await
}

async fn save_rules(window: &Window, text: &str, count: &str) {
    until("the editor of rules", async || window.attribute("rules-text", "disabled").await.is_none().then_some(()))
        .await;
    window.clear("rules-text").await;
    // A line ends with the key for it.
    window.type_into("rules-text", &text.replace('\n', "\u{e007}")).await;
    // What is typed is looked at first.
    until("rules to save", async || window.attribute("rules-save", "disabled").await.is_none().then_some(())).await;
    window.click("rules-save").await;
    window.wait_for_text("rules-count", count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_goes_by_the_script_and_by_each_new_one() {
    let mut scene = Scene::new().await;
    proxy_setting::write(&scene.desk, "", "autoconfig-url", "http://wpad.corp.example/wpad.dat");
    let before = proxy_setting::all(&scene.desk);
    let (window, tray) = scene.start_parasol().await;
    scene.add_profile(&window).await;
    scene.choose_port(&window).await;
    tray.choose(&["System proxy", "PAC"]).await;
    tray.click(&["Turn on"]).await;
    let first = next_url(&scene, "").await;
    window.wait_for_text("state-text", "On").await;
    scene.see_the_site_in_a_browser().await;

    // Nobody on this side knows the site's name, so that whoever goes there directly does not get there.
    window.click("nav-rules").await;
    save_rules(&window, "||site.test", "1 in force").await;
    let second = next_url(&scene, &first).await;
    let page = browse(&scene.desk, &format!("http://{}/head", scene.target())).await.unwrap_or_default();
    assert!(!page.contains(&format!("Host: {}", scene.target())), "the browser went directly: {page}");

    // The rules of the script alone come first.
    window.click("rules-other").await;
    save_rules(&window, "[proxy_list]\n||site.test", "1 in force").await;
    window.picture("rules-pac").await;
    next_url(&scene, &second).await;
    // It comes to Parasol, whose own rules then send it directly: there is no such name here either.
    let page = browse(&scene.desk, &format!("http://{}/head", scene.target())).await.unwrap_or_default();
    assert!(page.contains("could not reach the target"), "Parasol itself answers: {page}");

    window.click("nav-settings").await;
    window.wait_for_text("proxy-about", "read a script").await;
    window.picture("settings-proxy").await;
    tray.click(&["Turn off"]).await;
    until("the proxy setting as it was", async || (proxy_setting::all(&scene.desk) == before).then_some(())).await;
}

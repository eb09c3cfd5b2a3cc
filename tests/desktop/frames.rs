//! The window goes on drawing while a great deal is pasted into it. How long it stood still at most is printed, for it depends
//! on the machine: `cargo nextest run -p parasol-tests --test desktop -E 'test(frames)' --no-capture`.

use serde_json::json;

use crate::desk::Desk;
use crate::neighbour::Neighbour;
use crate::until::until;
use crate::window::Window;

/// Writes down each frame from the paste until some frames after what came of it is shown.
const RECORD: &str = "
    const [wanted] = arguments;
    const drawn = (window.drawn = { between: 0, after: 0, longest: 0, handing: 0, took: null });
    const state = () => document.querySelector('[data-testid=import-state]')?.textContent ?? '';
    let pasted, last = performance.now();
    const getData = DataTransfer.prototype.getData;
    DataTransfer.prototype.getData = function (...kind) {
      const began = performance.now();
      const text = getData.apply(this, kind);
      drawn.handing += performance.now() - began;
      return text;
    };
    document.addEventListener('paste', () => (pasted = last), { capture: true, once: true });
    const frame = () => {
      const now = performance.now();
      if (pasted !== undefined) {
        drawn.longest = Math.max(drawn.longest, now - last);
        if (drawn.took === null && state().includes(wanted)) drawn.took = now - pasted;
        drawn.took === null ? drawn.between++ : drawn.after++;
      }
      last = now;
      if (drawn.after < 10) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

#[tokio::test(flavor = "multi_thread")]
async fn the_window_draws_on_while_ten_megabytes_or_ten_thousand_links_are_pasted() {
    let mut desk = Desk::new();
    let neighbour = Neighbour::on(desk.display());
    let window = Window::start(&mut desk).await;
    window.click("nav-profiles").await;

    let link = |n: usize| format!("ss://YWVzLTI1Ni1nY206c2VjcmV0@h{n}.example:8388#Server%20{n}\n");
    let prose = "What somebody wrote around the one link that counts, at great length.\n";
    let mut long = prose.repeat((10 << 20) / prose.len() - 1);
    long.push_str(&link(1));
    let links: String = (0..10_000).map(link).collect();

    for (what, text, said, rows) in
        [("10 MiB of text", long, "Links: 1 server.", 1), ("10,000 links", links, "Links: 10,000 servers.", 100)]
    {
        window.click("import").await;
        window.part("links-text").await;
        neighbour.hold("UTF8_STRING", text.as_bytes());
        window.run(RECORD, vec![json!(said)]).await;
        window.paste_into("links-text").await;
        let drawn = until(what, async || {
            let drawn = window.run("return window.drawn", Vec::new()).await;
            (drawn["after"].as_u64()? >= 10).then_some(drawn)
        })
        .await;
        let figure = |name: &str| drawn[name].as_f64().unwrap_or_default();
        eprintln!(
            "{what}: shown after {:.0} ms; {} frames meanwhile; the longest time without one {:.0} ms; the system handed it over in {:.0} ms",
            figure("took"),
            drawn["between"],
            figure("longest"),
            figure("handing")
        );
        assert!(drawn["between"].as_u64() > Some(0), "nothing was drawn between the paste and {said:?}: {drawn}");
        assert_eq!(window.texts("link-added").await.len(), rows);
        window.click("import-back").await;
    }
}

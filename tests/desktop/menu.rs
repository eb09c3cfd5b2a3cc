//! `TrayMenu`: the menu of the icon in the tray, read and clicked over D-Bus as a panel does it.

use std::collections::HashMap;

use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};
use zbus::{Connection, Proxy};

use crate::tray_host::TrayHost;
use crate::until::until;

type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

pub(crate) struct TrayMenu {
    bus: Connection,
    owner: String,
}

/// One line of the menu.
struct Line {
    id: i32,
    label: String,
    checked: bool,
    inner: Vec<Line>,
}

impl TrayMenu {
    /// The menu of the icon that comes after the first `before` ones.
    pub(crate) async fn of_next_icon(host: &TrayHost, before: usize) -> TrayMenu {
        let owner = until("an icon in the tray", async || host.items().get(before).cloned()).await;
        TrayMenu { bus: host.bus().clone(), owner }
    }

    /// The process behind the icon, which stands in its name: `org.kde.StatusNotifierItem-PID-N`.
    pub(crate) fn pid(&self) -> u32 {
        self.owner.split('-').nth(1).and_then(|pid| pid.parse().ok()).expect("the icon's name holds the process")
    }

    /// Waits for the line at this path of labels, and clicks it.
    pub(crate) async fn click(&self, path: &[&str]) {
        let id =
            until(&format!("{path:?} in the tray menu"), async || find(&self.lines().await, path).map(|line| line.id))
                .await;
        self.click_line(id).await;
    }

    /// Clicks the line at this path of labels, one of those of which one is checked, until it is: a click is lost when
    /// the menu changes between being read and being clicked, because its lines have other numbers then.
    pub(crate) async fn choose(&self, path: &[&str]) {
        until(&format!("{path:?} in the tray menu, checked"), async || {
            let lines = self.lines().await;
            let line = find(&lines, path)?;
            if !line.checked {
                self.click_line(line.id).await;
            }
            line.checked.then_some(())
        })
        .await;
    }

    async fn click_line(&self, id: i32) {
        let menu = self.proxy().await;
        let nothing = Value::from("");
        menu.call::<_, _, ()>("Event", &(id, "clicked", nothing, 0_u32)).await.expect("the menu takes clicks");
    }

    /// Waits until the line at this path of labels is there, and checked or not.
    pub(crate) async fn wait_for(&self, path: &[&str], checked: bool) {
        until(&format!("{path:?} in the tray menu, checked: {checked}"), async || {
            find(&self.lines().await, path).filter(|line| line.checked == checked).map(|_| ())
        })
        .await;
    }

    /// Clicks the icon itself.
    pub(crate) async fn activate(&self) {
        let item = self.item().await;
        item.call::<_, _, ()>("Activate", &(0, 0)).await.expect("the icon takes clicks");
    }

    /// Waits until the icon's hint holds this. The picture is changed before the hint.
    pub(crate) async fn wait_for_hint(&self, text: &str) {
        type Hint = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
        until(&format!("{text:?} as the icon's hint"), async || {
            let hint: Hint = self.item().await.get_property("ToolTip").await.ok()?;
            hint.3.contains(text).then_some(())
        })
        .await;
    }

    /// The icon as it is drawn: width, height and pixels of each size.
    pub(crate) async fn picture(&self) -> Vec<(i32, i32, Vec<u8>)> {
        let item = self.item().await;
        item.get_property("IconPixmap").await.expect("the icon has a picture")
    }

    async fn lines(&self) -> Vec<Line> {
        let menu = self.proxy().await;
        let no_names: &[&str] = &[];
        let (_, root): (u32, Layout) = menu.call("GetLayout", &(0, -1, no_names)).await.expect("the menu has a layout");
        line(root).inner
    }

    async fn item(&self) -> Proxy<'_> {
        Proxy::new(&self.bus, self.owner.as_str(), "/StatusNotifierItem", "org.kde.StatusNotifierItem")
            .await
            .expect("the icon's name is well formed")
    }

    async fn proxy(&self) -> Proxy<'_> {
        let path: OwnedObjectPath = self.item().await.get_property("Menu").await.expect("the icon has a menu");
        let path = path.into_inner();
        Proxy::new(&self.bus, self.owner.as_str(), path, "com.canonical.dbusmenu").await.expect("well formed")
    }
}

fn find<'a>(lines: &'a [Line], path: &[&str]) -> Option<&'a Line> {
    let (label, rest) = path.split_first()?;
    let line = lines.iter().find(|line| line.label == *label)?;
    if rest.is_empty() { Some(line) } else { find(&line.inner, rest) }
}

fn line((id, properties, inner): Layout) -> Line {
    let label = properties.get("label").and_then(|label| label.downcast_ref::<&str>().ok()).unwrap_or_default();
    let checked = properties.get("toggle-state").and_then(|state| state.downcast_ref::<i32>().ok()) == Some(1);
    let inner = inner.into_iter().map(|child| {
        let child = Structure::try_from(Value::from(child)).expect("a line is a structure");
        line(Layout::try_from(child).expect("a line is an id, properties and lines"))
    });
    Line { id, label: label.to_owned(), checked, inner: inner.collect() }
}

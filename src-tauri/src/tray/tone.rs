//! `Tone`: whether the panel that the icon stands on is light or dark.
//!
//! No desktop says so. What is known: most draw a dark panel whatever the windows look like, and a few draw it in
//! the colours of the windows. A wrong guess stays readable, because each picture has a rim of the other tone.

/// The panel's tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Dark ink is read on it.
    Light,
    /// Light ink is read on it.
    Dark,
}

impl Tone {
    /// The panel of a desktop (as in `XDG_CURRENT_DESKTOP`: names joined by colons) whose windows are dark or not.
    pub(super) fn of_panel(desktop: &str, dark_windows: bool) -> Tone {
        let follows_windows = desktop.split(':').any(|name| ["KDE", "MATE", "LXDE"].contains(&name));
        if follows_windows && !dark_windows { Tone::Light } else { Tone::Dark }
    }

    /// The panel of the desktop we run on.
    #[cfg(target_os = "linux")]
    pub(super) async fn here() -> Tone {
        let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
        // Asking starts the portal's process, so it is asked only where the answer matters.
        match Tone::of_panel(&desktop, false) {
            Tone::Dark => Tone::Dark,
            Tone::Light => Tone::of_panel(&desktop, prefers_dark().await.unwrap_or(false)),
        }
    }

    /// The panel of the desktop we run on.
    #[cfg(not(target_os = "linux"))]
    pub(super) async fn here() -> Tone {
        Tone::of_panel("", false)
    }
}

/// The user's wish for windows, as the desktop portal tells it (`org.freedesktop.appearance`, 1 = dark).
#[cfg(target_os = "linux")]
async fn prefers_dark() -> zbus::Result<bool> {
    let bus = zbus::Connection::session().await?;
    let portal = zbus::Proxy::new(
        &bus,
        "org.freedesktop.portal.Desktop",
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.Settings",
    )
    .await?;
    let value: zbus::zvariant::OwnedValue =
        portal.call("ReadOne", &("org.freedesktop.appearance", "color-scheme")).await?;
    Ok(u32::try_from(value).is_ok_and(|scheme| scheme == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_panels_that_follow_light_windows_are_light() {
        for (desktop, dark_windows, expected) in [
            ("GNOME", false, Tone::Dark),
            ("ubuntu:GNOME", false, Tone::Dark),
            ("XFCE", false, Tone::Dark),
            ("", false, Tone::Dark),
            ("KDE", false, Tone::Light),
            ("KDE", true, Tone::Dark),
            ("MATE", false, Tone::Light),
        ] {
            assert_eq!(Tone::of_panel(desktop, dark_windows), expected, "{desktop}");
        }
    }
}

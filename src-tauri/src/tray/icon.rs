//! `Icon`: the icon in the tray with its menu, kept like the state with as few changes as possible: a menu that is
//! open while we draw must not close.

use std::collections::VecDeque;

use parasol_app::state::AppState;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use super::entry::{self, Click, Entry};
use super::look::Look;
use super::tone::Tone;
use crate::window;
use crate::words::Words;

pub(super) struct Icon {
    app: AppHandle,
    panel: Tone,
    icon: TrayIcon,
    look: Look,
    tooltip: String,
    entries: Vec<Entry>,
    meanings: Meanings,
}

/// What a click on each item means: of the menu that is drawn, and of those before it. A person clicks what stood there
/// when the menu was opened, which the state may have replaced since; the click still means what its item said.
#[derive(Default)]
struct Meanings {
    /// How many menus were drawn before the first of `menus`. The number of a menu stands in each item's id.
    forgotten: u64,
    menus: VecDeque<Vec<Click>>,
}

impl Icon {
    /// Puts the icon into the tray. Fails where there is no host for it.
    pub(super) fn new(app: &AppHandle, panel: Tone, state: &AppState) -> tauri::Result<Icon> {
        let look = Look::of(&state.actual);
        let words = Words::of(state);
        let (tooltip, entries) = (words.tooltip(state), entry::entries(state, words));
        let mut meanings = Meanings::default();
        let menu = draw(app, &entries, &mut meanings)?;
        let icon = TrayIconBuilder::with_id("parasol")
            .title("Parasol")
            .tooltip(&tooltip)
            .icon(look.picture(panel))
            .icon_as_template(true)
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_tray_icon_event(|icon, event| {
                let released = MouseButtonState::Up;
                if matches!(event, TrayIconEvent::Click { button: MouseButton::Left, button_state, .. } if button_state == released)
                {
                    window::show(icon.app_handle());
                }
            })
            .build(app)?;
        Ok(Icon { app: app.clone(), panel, icon, look, tooltip, entries, meanings })
    }

    /// Makes the icon show this state.
    pub(super) fn update(&mut self, state: &AppState) -> tauri::Result<()> {
        let look = Look::of(&state.actual);
        if look != self.look {
            self.icon.set_icon(Some(look.picture(self.panel)))?;
            self.look = look;
        }
        let words = Words::of(state);
        let tooltip = words.tooltip(state);
        if tooltip != self.tooltip {
            self.icon.set_tooltip(Some(&tooltip))?;
            self.tooltip = tooltip;
        }
        let entries = entry::entries(state, words);
        if entries != self.entries {
            self.redraw(entries)?;
        }
        Ok(())
    }

    /// What the item with this id asks for. The menu is drawn anew, because a click has turned the item's own check
    /// over, and what is checked is the state's to say.
    pub(super) fn clicked(&mut self, id: &str) -> Option<Click> {
        let click = self.meanings.of(id).cloned();
        if let Err(error) = self.redraw(self.entries.clone()) {
            tracing::warn!("the tray menu could not be drawn: {error}");
        }
        click
    }

    fn redraw(&mut self, entries: Vec<Entry>) -> tauri::Result<()> {
        let menu = draw(&self.app, &entries, &mut self.meanings)?;
        self.icon.set_menu(Some(menu))?;
        self.entries = entries;
        Ok(())
    }
}

impl Meanings {
    /// More menus than this are not drawn while one is open.
    const KEPT: usize = 16;

    /// The number of the next menu.
    fn next(&self) -> u64 {
        self.forgotten + self.menus.len() as u64
    }

    fn add(&mut self, clicks: Vec<Click>) {
        self.menus.push_back(clicks);
        if self.menus.len() > Meanings::KEPT {
            self.menus.pop_front();
            self.forgotten += 1;
        }
    }

    fn of(&self, id: &str) -> Option<&Click> {
        let (menu, item) = id.split_once('.')?;
        let menu = menu.parse::<u64>().ok()?.checked_sub(self.forgotten)?;
        self.menus.get(usize::try_from(menu).ok()?)?.get(item.parse::<usize>().ok()?)
    }
}

fn draw(app: &AppHandle, entries: &[Entry], meanings: &mut Meanings) -> tauri::Result<Menu<Wry>> {
    let mut pen = Pen { app, number: meanings.next(), clicks: Vec::new() };
    let menu = Menu::new(app)?;
    for entry in entries {
        menu.append(pen.item(entry)?.as_ref())?;
    }
    meanings.add(pen.clicks);
    Ok(menu)
}

struct Pen<'a> {
    app: &'a AppHandle,
    number: u64,
    clicks: Vec<Click>,
}

impl Pen<'_> {
    fn item(&mut self, entry: &Entry) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
        const NO_KEYS: Option<&str> = None;
        Ok(match entry {
            Entry::Line => Box::new(PredefinedMenuItem::separator(self.app)?),
            Entry::Item { label, click, enabled } => {
                let id = self.id(click);
                Box::new(MenuItem::with_id(self.app, id, label, *enabled, NO_KEYS)?)
            }
            Entry::Choice { label, click, checked } => {
                let id = self.id(click);
                Box::new(CheckMenuItem::with_id(self.app, id, label, true, *checked, NO_KEYS)?)
            }
            Entry::Group { label, entries } => {
                let group = Submenu::new(self.app, label, true)?;
                for entry in entries {
                    group.append(self.item(entry)?.as_ref())?;
                }
                Box::new(group)
            }
        })
    }

    fn id(&mut self, click: &Click) -> String {
        self.clicks.push(click.clone());
        format!("{}.{}", self.number, self.clicks.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_means_what_its_item_said_though_the_menu_was_replaced() {
        let mut meanings = Meanings::default();
        assert_eq!(meanings.of("0.0"), None);
        meanings.add(vec![Click::Open, Click::Quit]);
        meanings.add(vec![Click::Quit]);
        for (id, click) in [("0.0", Click::Open), ("0.1", Click::Quit), ("1.0", Click::Quit)] {
            assert_eq!(meanings.of(id), Some(&click), "{id}");
        }
        for unknown in ["", "0", "0.", ".0", "0.2", "1.1", "2.0", "-1.0", "99999999999999999999.0", "a.b"] {
            assert_eq!(meanings.of(unknown), None, "{unknown}");
        }
        for _ in 1..Meanings::KEPT {
            meanings.add(vec![Click::Open]);
        }
        assert_eq!(meanings.next(), 17);
        assert_eq!((meanings.of("0.0"), meanings.of("1.0")), (None, Some(&Click::Quit)));
        assert_eq!(meanings.of("16.0"), Some(&Click::Open));
    }
}

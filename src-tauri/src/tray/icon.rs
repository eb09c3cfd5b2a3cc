//! `Icon`: the icon in the tray with its menu, kept like the state with as few changes as possible: a menu that is
//! open while we draw must not close.

use parasol_app::state::AppState;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use super::entry::{self, Click, Entry};
use super::look::Look;
use super::tone::Tone;
use super::words;
use crate::window;

pub(super) struct Icon {
    app: AppHandle,
    panel: Tone,
    icon: TrayIcon,
    look: Look,
    tooltip: String,
    menu: DrawnMenu,
}

/// A menu, and what a click on each of its items means.
struct DrawnMenu {
    entries: Vec<Entry>,
    clicks: Vec<Click>,
    /// Stands in each item's id, so that a click on a menu that has been replaced is known and dropped.
    generation: u64,
}

impl Icon {
    /// Puts the icon into the tray. Fails where there is no host for it.
    pub(super) fn new(app: &AppHandle, panel: Tone, state: &AppState) -> tauri::Result<Icon> {
        let look = Look::of(&state.actual);
        let tooltip = words::tooltip(state);
        let entries = entry::entries(state);
        let (menu, clicks) = draw(app, &entries, 0)?;
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
        let menu = DrawnMenu { entries, clicks, generation: 0 };
        Ok(Icon { app: app.clone(), panel, icon, look, tooltip, menu })
    }

    /// Makes the icon show this state.
    pub(super) fn update(&mut self, state: &AppState) -> tauri::Result<()> {
        let look = Look::of(&state.actual);
        if look != self.look {
            self.icon.set_icon(Some(look.picture(self.panel)))?;
            self.look = look;
        }
        let tooltip = words::tooltip(state);
        if tooltip != self.tooltip {
            self.icon.set_tooltip(Some(&tooltip))?;
            self.tooltip = tooltip;
        }
        let entries = entry::entries(state);
        if entries != self.menu.entries {
            self.redraw(entries)?;
        }
        Ok(())
    }

    /// What the item with this id asks for. The menu is drawn anew, because a click has turned the item's own check
    /// over, and what is checked is the state's to say.
    pub(super) fn clicked(&mut self, id: &str) -> Option<Click> {
        let (generation, index) = id.split_once('.')?;
        if generation.parse() != Ok(self.menu.generation) {
            return None;
        }
        let click = self.menu.clicks.get(index.parse::<usize>().ok()?).cloned();
        if let Err(error) = self.redraw(self.menu.entries.clone()) {
            tracing::warn!("the tray menu could not be drawn: {error}");
        }
        click
    }

    fn redraw(&mut self, entries: Vec<Entry>) -> tauri::Result<()> {
        let generation = self.menu.generation + 1;
        let (menu, clicks) = draw(&self.app, &entries, generation)?;
        self.icon.set_menu(Some(menu))?;
        self.menu = DrawnMenu { entries, clicks, generation };
        Ok(())
    }
}

fn draw(app: &AppHandle, entries: &[Entry], generation: u64) -> tauri::Result<(Menu<Wry>, Vec<Click>)> {
    let mut pen = Pen { app, generation, clicks: Vec::new() };
    let menu = Menu::new(app)?;
    for entry in entries {
        menu.append(pen.item(entry)?.as_ref())?;
    }
    Ok((menu, pen.clicks))
}

struct Pen<'a> {
    app: &'a AppHandle,
    generation: u64,
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
        format!("{}.{}", self.generation, self.clicks.len() - 1)
    }
}

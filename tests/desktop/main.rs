//! The desktop program as a person meets it: a real window, a real tray menu over D-Bus, the desktop's own proxy
//! setting, a real Shadowsocks server, curl and a browser. Each test has a machine of its own: home, screen, session
//! bus, settings. Needs the packages that `npm test` installs.

mod bare;
mod browse;
mod clipboard;
mod close_button;
mod closing;
mod desk;
mod dialog;
mod drag;
mod ending;
mod fault;
mod file_manager;
mod frames;
mod importing;
mod languages;
mod left_alone;
mod links;
mod list_host;
mod logging;
mod long_list;
mod main_path;
mod menu;
mod neighbour;
mod notifier;
mod pac;
mod ports;
mod process;
mod proxy_setting;
mod reopened;
mod routing;
mod scene;
mod sharing;
mod shell;
mod starting;
mod story;
mod traffic;
mod tray_host;
mod unsafe_method;
mod until;
mod window;

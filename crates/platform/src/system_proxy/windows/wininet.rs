//! `WinInet`: the calls themselves, as thin as they can be.

use std::mem::size_of;

use windows::Win32::Foundation::{GlobalFree, HGLOBAL};
use windows::Win32::NetworkManagement::Rras::{ERROR_BUFFER_TOO_SMALL, RASENTRYNAMEW, RasEnumEntriesW};
use windows::Win32::Networking::WinInet::{
    INTERNET_OPTION_PER_CONNECTION_OPTION, INTERNET_OPTION_REFRESH, INTERNET_OPTION_SETTINGS_CHANGED,
    INTERNET_PER_CONN, INTERNET_PER_CONN_AUTOCONFIG_URL, INTERNET_PER_CONN_FLAGS, INTERNET_PER_CONN_FLAGS_UI,
    INTERNET_PER_CONN_OPTION_LISTW, INTERNET_PER_CONN_OPTIONW, INTERNET_PER_CONN_OPTIONW_0,
    INTERNET_PER_CONN_PROXY_BYPASS, INTERNET_PER_CONN_PROXY_SERVER, InternetQueryOptionW, InternetSetOptionW,
};
use windows::core::{PCWSTR, PWSTR};

use super::{Changes, Connections, Options, ProxyError};

/// This user's settings.
#[derive(Debug)]
pub(in super::super) struct WinInet;

impl Connections for WinInet {
    #[expect(unsafe_code, reason = "there is no safe binding of RasEnumEntries")]
    fn names(&mut self) -> Result<Vec<String>, ProxyError> {
        let size = size_of::<RASENTRYNAMEW>() as u32;
        let mut entries = vec![RASENTRYNAMEW { dwSize: size, ..RASENTRYNAMEW::default() }; 1];
        loop {
            let (mut bytes, mut count) = (size * entries.len() as u32, 0);
            // SAFETY: the buffer is as long as `bytes` says, and its first entry holds the size of one.
            let code = unsafe {
                RasEnumEntriesW(PCWSTR::null(), PCWSTR::null(), Some(entries.as_mut_ptr()), &mut bytes, &mut count)
            };
            let wanted = bytes.div_ceil(size) as usize;
            if code == ERROR_BUFFER_TOO_SMALL && wanted > entries.len() {
                entries.resize(wanted, entries[0]);
                continue;
            }
            if code != 0 {
                return Err(ProxyError::Desktop(format!("the VPN connections cannot be listed (RAS error {code})")));
            }
            let name = |entry: &RASENTRYNAMEW| {
                let name = &entry.szEntryName;
                let len = name.iter().position(|&unit| unit == 0).unwrap_or(name.len());
                String::from_utf16(&name[..len]).ok()
            };
            return Ok(entries.iter().take(count as usize).filter_map(name).collect());
        }
    }

    fn options(&mut self, name: &str) -> Result<Options, ProxyError> {
        let mut asked = WHAT.map(|what| INTERNET_PER_CONN_OPTIONW { dwOption: what, ..Default::default() });
        // Asked for the flags by the number by which they are set, Windows leaves out a search that has found nothing.
        asked[0].dwOption = INTERNET_PER_CONN(INTERNET_PER_CONN_FLAGS_UI);
        let mut connection = Text::of(name);
        let mut list = list(&mut connection, &mut asked);
        let mut bytes = list.dwSize;
        query(&mut list, &mut bytes).map_err(|error| failed(name, &error))?;
        let [flags, proxy, bypass, script] = asked;
        Ok(Options { flags: number(&flags), proxy: take(&proxy), bypass: take(&bypass), script: take(&script) })
    }

    #[expect(unsafe_code, reason = "there is no safe binding of InternetSetOption")]
    fn set(&mut self, name: &str, changes: &Changes) -> Result<(), ProxyError> {
        let mut texts = [&changes.proxy, &changes.bypass, &changes.script].map(|text| text.as_deref().map(Text::of));
        let mut options: Vec<INTERNET_PER_CONN_OPTIONW> = changes
            .flags
            .map(|flags| option(INTERNET_PER_CONN_FLAGS, INTERNET_PER_CONN_OPTIONW_0 { dwValue: flags }))
            .into_iter()
            .collect();
        for (what, text) in WHAT[1..].iter().zip(&mut texts) {
            if let Some(text) = text {
                options.push(option(*what, INTERNET_PER_CONN_OPTIONW_0 { pszValue: text.pointer() }));
            }
        }
        let mut connection = Text::of(name);
        let list = list(&mut connection, &mut options);
        // SAFETY: `list` points at options and texts that live until after the call, which only reads them.
        let set = unsafe {
            InternetSetOptionW(None, INTERNET_OPTION_PER_CONNECTION_OPTION, Some((&raw const list).cast()), list.dwSize)
        };
        set.map_err(|error| failed(name, &error))
    }

    #[expect(unsafe_code, reason = "there is no safe binding of InternetSetOption")]
    fn tell(&mut self) -> Result<(), ProxyError> {
        for what in [INTERNET_OPTION_SETTINGS_CHANGED, INTERNET_OPTION_REFRESH] {
            // SAFETY: these two options take no buffer.
            unsafe { InternetSetOptionW(None, what, None, 0) }.map_err(|error| failed("", &error))?;
        }
        Ok(())
    }
}

/// In the order of [`Options`].
const WHAT: [INTERNET_PER_CONN; 4] = [
    INTERNET_PER_CONN_FLAGS,
    INTERNET_PER_CONN_PROXY_SERVER,
    INTERNET_PER_CONN_PROXY_BYPASS,
    INTERNET_PER_CONN_AUTOCONFIG_URL,
];

/// A text as Windows takes it, ending with a zero.
struct Text {
    units: Vec<u16>,
}

impl Text {
    fn of(text: &str) -> Text {
        Text { units: text.encode_utf16().filter(|&unit| unit != 0).chain([0]).collect() }
    }

    fn pointer(&mut self) -> PWSTR {
        PWSTR(self.units.as_mut_ptr())
    }

    fn is_empty(&self) -> bool {
        self.units.len() == 1
    }
}

fn option(what: INTERNET_PER_CONN, value: INTERNET_PER_CONN_OPTIONW_0) -> INTERNET_PER_CONN_OPTIONW {
    INTERNET_PER_CONN_OPTIONW { dwOption: what, Value: value }
}

/// It points into what it is made of, which has to live for as long as it is used.
fn list(connection: &mut Text, options: &mut [INTERNET_PER_CONN_OPTIONW]) -> INTERNET_PER_CONN_OPTION_LISTW {
    INTERNET_PER_CONN_OPTION_LISTW {
        dwSize: size_of::<INTERNET_PER_CONN_OPTION_LISTW>() as u32,
        pszConnection: if connection.is_empty() { PWSTR::null() } else { connection.pointer() },
        dwOptionCount: options.len() as u32,
        dwOptionError: 0,
        pOptions: options.as_mut_ptr(),
    }
}

#[expect(unsafe_code, reason = "there is no safe binding of InternetQueryOption")]
fn query(list: &mut INTERNET_PER_CONN_OPTION_LISTW, bytes: &mut u32) -> windows::core::Result<()> {
    // SAFETY: `list` points at options that live, as many as it says, and `bytes` is its size.
    unsafe { InternetQueryOptionW(None, INTERNET_OPTION_PER_CONNECTION_OPTION, Some((&raw mut *list).cast()), bytes) }
}

#[expect(unsafe_code, reason = "the option says which field of the union is set")]
fn number(option: &INTERNET_PER_CONN_OPTIONW) -> u32 {
    // SAFETY: it was asked for the flags, which are a number.
    unsafe { option.Value.dwValue }
}

/// The text of an option, whose memory is given back.
#[expect(unsafe_code, reason = "the option says which field of the union is set, and the caller is to free it")]
fn take(option: &INTERNET_PER_CONN_OPTIONW) -> String {
    // SAFETY: it was asked for a text, which is null, or ends with a zero and is ours to free, once.
    unsafe {
        let text = option.Value.pszValue;
        if text.is_null() {
            return String::new();
        }
        let owned = String::from_utf16_lossy(text.as_wide());
        // There is nothing to do about memory that is not taken back.
        let _ = GlobalFree(Some(HGLOBAL(text.0.cast())));
        owned
    }
}

fn failed(name: &str, error: &windows::core::Error) -> ProxyError {
    let whose = if name.is_empty() { "the network" } else { name };
    ProxyError::Desktop(format!("the proxy of {whose}: {error}"))
}

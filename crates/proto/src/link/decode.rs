//! Reading a link, leniently.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::address::{Address, AddressError, parse_port};
use crate::method::{Method, UnknownMethod};

use super::{Link, LinkError, MAX_LINK, Password, Plugin, name};

/// The URL alphabet; padding may be absent and the last character's spare bits may be set, as some programs do.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Link {
    /// Reads a link of either form. Space around it is ignored.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn decode(text: &str) -> Result<Link, LinkError> {
        decode(text, str::parse)
    }

    /// Reads a link as [`Link::decode`] does, and takes legacy methods too: for where the user opted in.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn decode_legacy(text: &str) -> Result<Link, LinkError> {
        decode(text, Method::parse_legacy)
    }
}

/// How a method's name is read.
type ParseMethod = fn(&str) -> Result<Method, UnknownMethod>;

fn decode(text: &str, method: ParseMethod) -> Result<Link, LinkError> {
    let text = text.trim();
    let body = strip_scheme(text).ok_or(LinkError::NotALink)?;
    if text.len() > MAX_LINK {
        return Err(LinkError::TooLong);
    }
    // Cut by hand and in this order: to a URL library the `/` of the standard base64 alphabet ends the host, and
    // hosts are folded to lower case, which base64 is not.
    let (body, tag) = split_off(body, '#');
    let (body, query) = split_off(body, '?');
    let (server, method, password) = match body.rsplit_once('@') {
        Some((userinfo, host)) => sip002(userinfo, host, method)?,
        None => legacy(body, method)?,
    };
    Ok(Link { server, method, password, plugin: plugin(query)?, name: name::clean_name(&tag_text(tag)) })
}

/// What follows `ss://`, in any case.
pub(super) fn strip_scheme(text: &str) -> Option<&str> {
    text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("ss://")).map(|_| &text[5..])
}

/// What stands before and after the first `mark`; the latter is empty without one.
fn split_off(text: &str, mark: char) -> (&str, &str) {
    text.split_once(mark).unwrap_or((text, ""))
}

fn sip002(userinfo: &str, server: &str, parse: ParseMethod) -> Result<(Address, Method, Password), LinkError> {
    let (method, password) = if let Some((method, password)) = userinfo.split_once(':') {
        (percent_decoded(method)?, percent_decoded(password)?)
    } else {
        let text = percent_decoded(userinfo)?;
        // With the colon percent-encoded too it is still no base64.
        let text = if text.contains(':') { text } else { base64_text(&text)? };
        let (method, password) = text.split_once(':').ok_or(LinkError::NoPassword)?;
        (Zeroizing::new(method.to_owned()), Zeroizing::new(password.to_owned()))
    };
    let server = server.split_once('/').map_or(server, |(server, _path)| server);
    Ok((address(server, false)?, parse_method(&method, parse)?, Password::from(password.as_str())))
}

/// The password of this form is plain text: it may contain `@`, `:`, `#` and `%`, and is not decoded any further.
fn legacy(body: &str, parse: ParseMethod) -> Result<(Address, Method, Password), LinkError> {
    let text = base64_text(&percent_decoded(body)?)?;
    let (userinfo, server) = text.trim_end().rsplit_once('@').ok_or(LinkError::NoServer)?;
    let (method, password) = userinfo.split_once(':').ok_or(LinkError::NoPassword)?;
    Ok((address(server, true)?, parse_method(method, parse)?, Password::from(password)))
}

fn parse_method(name: &str, parse: ParseMethod) -> Result<Method, LinkError> {
    parse(name).map_err(|_| LinkError::UnknownMethod(name::method_name(name)))
}

/// `host:port`. `bare_v6` allows an IPv6 address without brackets: where the port is sure to be there (legacy) its
/// last colon is the port's; elsewhere that would take the end of an address for a port.
fn address(text: &str, bare_v6: bool) -> Result<Address, LinkError> {
    if text.is_empty() {
        return Err(LinkError::NoServer);
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => return Err(LinkError::NoPort),
    };
    if port.is_empty() {
        return Err(LinkError::NoPort);
    }
    let host = percent_decoded(host)?;
    if host.contains(':') && !host.starts_with('[') && !(bare_v6 && host.parse::<Ipv6Addr>().is_ok()) {
        return Err(LinkError::BadHost(AddressError::BadDomain));
    }
    let port = parse_port(port).map_err(|_| LinkError::BadPort)?;
    Address::from_host(&host, port).map_err(LinkError::BadHost)
}

/// The value of the first `plugin` key; every other key is ignored.
fn plugin(query: &str) -> Result<Option<Plugin>, LinkError> {
    let Some(value) = query.split('&').find_map(|pair| pair.strip_prefix("plugin=")) else { return Ok(None) };
    let value = percent_decoded(value)?;
    if value.is_empty() {
        return Ok(None);
    }
    let (name, options) = match value.split_once(';') {
        Some((name, options)) => (name, Some(options).filter(|options| !options.is_empty())),
        None => (value.as_str(), None),
    };
    let name = match name {
        "" => return Err(LinkError::NoPluginName),
        // A slip in circulation: the project's name for the program's.
        "simple-obfs" => "obfs-local",
        name => name,
    };
    Ok(Some(Plugin { name: name.to_owned(), options: options.map(str::to_owned) }))
}

/// `+` is a space: SIP002's own example and shadowsocks-windows write one so, and those who mean a plus write `%2B`.
/// What does not decode to UTF-8 is kept as it came.
fn tag_text(tag: &str) -> Cow<'_, str> {
    let spaced = tag.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) => Cow::Owned(text.into_owned()),
        Err(_) => Cow::Borrowed(tag),
    }
}

fn percent_decoded(text: &str) -> Result<Zeroizing<String>, LinkError> {
    utf8(percent_decode_str(text).collect())
}

/// The text behind base64 of either alphabet.
fn base64_text(text: &str) -> Result<Zeroizing<String>, LinkError> {
    let text = text.trim_end_matches('=');
    let url_alphabet: String = text
        .chars()
        .map(|c| {
            if c == '+' {
                '-'
            } else if c == '/' {
                '_'
            } else {
                c
            }
        })
        .collect();
    let url_alphabet = Zeroizing::new(url_alphabet);
    utf8(LENIENT.decode(url_alphabet.as_bytes()).map_err(|_| LinkError::BadBase64)?)
}

fn utf8(bytes: Vec<u8>) -> Result<Zeroizing<String>, LinkError> {
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        LinkError::NotUtf8
    })
}

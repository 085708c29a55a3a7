//! Addresses: of listeners, servers and the store.

use std::borrow::Cow;

use url::Url;

use crate::adapters::openai::BaseUrl;
use crate::adapters::sql::fault_of_server;

pub(super) fn port(text: &str) -> Result<u16, String> {
    text.trim().parse().map_err(|_| format!("{text:?} is no port number (0 to 65535)"))
}

/// `host:port`, with brackets around an IPv6 address.
pub(super) fn address(text: &str) -> Result<(String, u16), String> {
    let wrong = || format!("{text:?} is not HOST:PORT");
    let (host, number) = text.trim().rsplit_once(':').ok_or_else(wrong)?;
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']').ok_or_else(wrong)?,
        None if host.contains(':') => return Err(wrong()),
        None => host,
    };
    if host.is_empty() {
        return Err(wrong());
    }
    Ok((host.to_owned(), port(number)?))
}

/// An absolute HTTP URL.
fn http_url(text: &str) -> Result<Url, String> {
    let shown = shown(text);
    let url = Url::parse(text.trim()).map_err(|error| format!("{shown} is no URL ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(format!("{shown} does not begin with http:// or https:// and a host"));
    }
    Ok(url)
}

/// The URL as it was written: in the form of the standard it would have another hash.
pub(super) fn webhook_url(text: &str) -> Result<String, String> {
    http_url(text).map(|_| text.trim().to_owned())
}

/// What a fault repeats of an address: a password in it would end up in logs.
fn shown(address: &str) -> String {
    if address.contains(['@', '?', '#']) { "the address".to_owned() } else { format!("{address:?}") }
}

/// A URL that paths are added to: without query, fragment, account or trailing slash.
pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let mut url = http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("holds a `?` or `#`; only the base is wanted".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password; a bot needs none".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

pub(super) fn model_urls(text: &str) -> Result<Vec<BaseUrl>, String> {
    let entries: Vec<&str> = text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    if entries.is_empty() {
        return Err("holds no URL".to_owned());
    }
    let parse = |entry| BaseUrl::parse(entry).map_err(|fault| format!("{} {fault}", shown(entry)));
    entries.into_iter().map(parse).collect()
}

/// An address of a database without its password.
pub(super) fn without_password(address: &str) -> String {
    const HIDDEN: &str = "***";
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if url.password().is_none() && !url.query_pairs().any(|(name, _)| name == "password") {
        return address.to_owned();
    }
    if url.password().is_some() && url.set_password(Some(HIDDEN)).is_err() {
        return HIDDEN.to_owned();
    }
    let shown = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        let value = if name == "password" { HIDDEN.into() } else { value };
        format!("{name}={value}")
    };
    let query: Vec<String> = url.query_pairs().map(shown).collect();
    url.set_query((!query.is_empty()).then(|| query.join("&")).as_deref());
    url.to_string()
}

/// The address of a server with that password, which comes before one that stands in it.
pub(super) fn with_password(address: String, password: &str) -> String {
    match Url::parse(&address) {
        Ok(mut url) if matches!(url.scheme(), "postgres" | "postgresql") => {
            url.query_pairs_mut().append_pair("password", password);
            url.into()
        }
        _ => address,
    }
}

pub(super) fn database_url(text: &str) -> Result<String, String> {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once(':') else {
        // Not repeated: it may be another secret's file.
        return Err("is no URL".to_owned());
    };
    if matches!(scheme, "postgres" | "postgresql") {
        return fault_of_server(text).map_or_else(|| Ok(text.to_owned()), Err);
    }
    if scheme != "sqlite" {
        let known = "sqlite, postgres and postgresql";
        return Err(format!("{scheme:?} is no kind of database this version knows; it knows {known}"));
    }
    if matches!(rest, "" | "//" | ":memory:") {
        return Err(format!("{text:?} names no file; questions have to survive a restart"));
    }
    Ok(text.to_owned())
}

//! Where traces go, in the variables of OpenTelemetry's own standard.

use secrecy::SecretString;
use url::{Url, form_urlencoded};

use super::parse::Reader;
use super::source::SettingsError;
use crate::adapters::otlp::Collector;

/// `None` when no collector is named.
pub(super) fn collector(read: &Reader<'_>) -> Result<Option<Collector>, SettingsError> {
    let below = read.optional("OTEL_EXPORTER_OTLP_ENDPOINT", address)?;
    let whole = read.optional("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", address)?;
    let below = below.map(|url| format!("{}/v1/traces", url.as_str().trim_end_matches('/')));
    let Some(url) = whole.map(String::from).or(below) else { return Ok(None) };
    let headers = read.optional("OTEL_EXPORTER_OTLP_HEADERS", headers)?.unwrap_or_default();
    Ok(Some(Collector { url, headers, service: read.text("OTEL_SERVICE_NAME")? }))
}

fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|error| format!("is no address: {error}"))?;
    let is_http = matches!(url.scheme(), "http" | "https");
    if is_http { Ok(url) } else { Err("begins with neither http:// nor https://".to_owned()) }
}

/// `name=value` pairs with commas between, percent-encoded. No value is repeated in a fault: it may be a key.
fn headers(text: &str) -> Result<Vec<(String, SecretString)>, String> {
    text.split(',').map(str::trim).filter(|pair| !pair.is_empty()).map(header).collect()
}

fn header(pair: &str) -> Result<(String, SecretString), String> {
    let plain = pair.replace('+', "%2B").replace('&', "%26");
    let (name, value) = form_urlencoded::parse(plain.as_bytes()).next().unwrap_or_default();
    let (name, value) = (name.trim(), value.trim_matches(' '));
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !is_name || !pair.contains('=') || !value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err("is no list of headers".to_owned());
    }
    Ok((name.to_owned(), SecretString::from(value.to_owned())))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn headers_are_pairs_that_may_be_encoded() {
        let read = headers("authorization=Bearer%20a+b%3D, x-scope=1&2").expect("headers");
        let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        assert_eq!(read, [("authorization", "Bearer a+b="), ("x-scope", "1&2")]);
    }

    #[test]
    fn a_fault_does_not_repeat_what_may_be_a_key() {
        for text in ["a-key-of-somebody", "na me=a-key", "=a-key", "name=a-key%0A"] {
            assert_eq!(headers(text).expect_err("no headers"), "is no list of headers", "{text}");
        }
    }
}

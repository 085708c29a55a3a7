//! What `check` prints: each variable, its value and where that comes from.

use super::address::without_password;
use super::parse::Reader;
use super::source::{Origin, SettingsError, Source};
use super::variables::{Presence, VARIABLES, Variable};

/// One line a variable. A secret is shown by its length only.
pub(super) fn table(source: &Source) -> Result<String, SettingsError> {
    let rows = VARIABLES.iter().map(|variable| row(source, variable)).collect::<Result<Vec<_>, _>>()?;
    let width =
        |column: fn(&[String; 3]) -> &String| rows.iter().map(|row| column(row).len()).max().unwrap_or(0);
    let (names, values) = (width(|row| &row[0]), width(|row| &row[1]).min(60));
    Ok(rows.iter().fold(String::new(), |table, [name, value, origin]| {
        format!("{table}{name:names$}  {value:values$}  {origin}\n")
    }))
}

fn row(source: &Source, variable: &Variable) -> Result<[String; 3], SettingsError> {
    let (value, origin) = match variable.name {
        "BOT_SECRET" => secret(Reader::new(source).bot_secret_bytes()?),
        "BOT_SECRET_PREVIOUS" => secret(Reader::new(source).previous_secret_bytes()?),
        "MODEL_API_KEY" => secret(Reader::new(source).api_key_bytes()?),
        "DATABASE_PASSWORD" => secret(Reader::new(source).database_password_bytes()?),
        "OTEL_EXPORTER_OTLP_HEADERS" => {
            secret(source.given(variable)?.map(|(text, origin)| (text.into_bytes(), origin)))
        }
        "DATABASE_URL" => {
            let (url, origin) = Reader::new(source).database_url()?;
            (format!("{:?}", without_password(&url)), origin)
        }
        _ => match (source.value(variable)?, variable.default) {
            (Some((value, origin)), _) => (format!("{value:?}"), origin),
            (None, Presence::Unset(otherwise)) => (format!("({otherwise})"), Origin::Default),
            (None, _) => (String::new(), Origin::Default),
        },
    };
    Ok([variable.name.to_owned(), value, origin.to_string()])
}

fn secret(found: Option<(Vec<u8>, Origin)>) -> (String, Origin) {
    match found {
        Some((bytes, origin)) => (format!("({} bytes)", bytes.len()), origin),
        None => ("(none)".to_owned(), Origin::Default),
    }
}

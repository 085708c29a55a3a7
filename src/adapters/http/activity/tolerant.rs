//! Reading what may come in more than one shape: anything unexpected counts as absent, never as an error. What is read
//! goes straight into its place; a message that is not for the bot costs little more than this.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// The object that a text is; `None` when it is JSON of another kind.
pub(super) fn whole<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<Option<T>> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = object(&mut json)?;
    json.end()?;
    Ok(value)
}

/// A string, or a number as its digits.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    from.deserialize_any(Expected(PhantomData::<String>))
}

/// A whole number, or a string of its digits.
pub(super) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(text(from)?.and_then(|digits| digits.parse().ok()))
}

/// An object. An array of its fields, which serde would take as well, is none.
pub(super) fn object<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(from.deserialize_any(Expected(PhantomData::<Fields<T>>))?.map(|fields| fields.0))
}

/// What an object holds that is an object itself; without one, nothing.
pub(super) fn objects<'de, D, T>(from: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let values: Option<BTreeMap<String, Perhaps<T>>> = object(from)?;
    let known = |(key, value): (String, Perhaps<T>)| Some((key, value.0?));
    Ok(values.unwrap_or_default().into_iter().filter_map(known).collect())
}

/// An object among others.
#[derive(Deserialize)]
#[serde(transparent, bound = "T: Deserialize<'de>")]
struct Perhaps<T>(#[serde(deserialize_with = "object")] Option<T>);

/// What is made of a value, where it has one of the shapes for that.
trait Shape<'de>: Sized {
    fn of_text(_text: &str) -> Option<Self> {
        None
    }

    fn of_number(_number: Option<Number>) -> Option<Self> {
        None
    }

    /// Reads all of it.
    fn of_object<A: MapAccess<'de>>(mut fields: A) -> Result<Option<Self>, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl Shape<'_> for String {
    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn of_number(number: Option<Number>) -> Option<Self> {
        number.map(|number| number.to_string())
    }
}

/// All that stands in an object.
struct Fields<T>(T);

impl<'de, T: Deserialize<'de>> Shape<'de> for Fields<T> {
    fn of_object<A: MapAccess<'de>>(fields: A) -> Result<Option<Self>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(|fields| Some(Self(fields)))
    }
}

/// Takes whatever comes.
struct Expected<S>(PhantomData<S>);

impl<'de, S: Shape<'de>> Visitor<'de> for Expected<S> {
    type Value = Option<S>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E: Error>(self, _value: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(S::of_number(Some(number.into())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(S::of_number(Some(number.into())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(S::of_number(Number::from_f64(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(S::of_text(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        S::of_object(fields)
    }
}

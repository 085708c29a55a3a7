//! stub
use std::borrow::Cow;
/// stub
pub fn defuse(text: &str) -> Cow<'_, str> { Cow::Borrowed(text) }
/// stub
pub fn clean_name(name: &str) -> String { name.replace('\n', " ").replace('{', "(").replace('}', ")").replace(':', "") }

//! Every message of a person carries a marker, `m17x`, and an answer repeats those of its prompt as `e17x`: so every
//! text tells from where its words came.

/// Every marker in a text, and whether it is an echo.
pub(crate) fn all(text: &str) -> impl Iterator<Item = (bool, usize)> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|word| {
        let inner = word.strip_suffix('x')?;
        let (echo, number) = match inner.split_at_checked(1)? {
            ("m", number) => (false, number),
            ("e", number) => (true, number),
            _ => return None,
        };
        Some((echo, number.parse().ok()?))
    })
}

/// The words `w3n0`, `w3n1`, … of answers in a text: number of the call, and of the word.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|word| {
        let (call, number) = word.strip_prefix('w')?.split_once('n')?;
        Some((call.parse().ok()?, number.parse().ok()?))
    })
}

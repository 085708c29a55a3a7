//! Names that people chose for themselves, their rooms and their files, made fit for a line of the prompt.

use unicode_segmentation::UnicodeSegmentation;

/// Longest display name, in code points.
const LONGEST_NAME: usize = 60;

/// Longest file name, in code points.
const LONGEST_FILE_NAME: usize = 120;

/// A display name as one plain word or several: no line breaks, no markup, no colon that would look like another
/// speaker's, nothing invisible, at most 60 code points, never empty.
#[must_use]
pub fn clean_name(name: &str) -> String {
    Some(plain(name, LONGEST_NAME)).filter(|name| !name.is_empty()).unwrap_or_else(|| "Guest".to_owned())
}

/// The same for the name of a file or shared object, which may be twice as long.
#[must_use]
pub fn clean_file_name(name: &str) -> String {
    Some(plain(name, LONGEST_FILE_NAME)).filter(|name| !name.is_empty()).unwrap_or_else(|| "file".to_owned())
}

fn plain(name: &str, longest: usize) -> String {
    let visible: String = name.chars().filter(|c| !is_invisible(*c)).map(replacement).collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut left = longest;
    let fitting = words.graphemes(true).take_while(|cluster| {
        let len = cluster.chars().count();
        let fits = len <= left;
        left = left.saturating_sub(len);
        fits
    });
    fitting.collect::<String>().trim_end().to_owned()
}

/// Brackets of every kind become round ones: without them there is no placeholder and no chat markup.
fn replacement(c: char) -> char {
    match c {
        '{' | '[' | '<' => '(',
        '}' | ']' | '>' => ')',
        ':' | '：' | '﹕' | '︰' | '∶' | '꞉' | 'ː' | '|' | '｜' => ' ',
        c if c.is_control() => ' ',
        c => c,
    }
}

/// Format characters: zero-width ones, and those that turn the writing direction.
pub(in crate::domain) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

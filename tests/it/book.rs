//! The documentation is whole and true as far as a test can tell: every chapter and link leads somewhere, and every
//! setting, figure and sentence of the program that a page names exists. Needs no mdBook.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use nextcloud_opencode_bot::settings::VARIABLES;
use page::Page;

mod page;

const TABLE_OF_CONTENTS: &str = "docs/SUMMARY.md";

/// Variables that are not the bot's settings, and fields of the journal.
const OTHER_VARIABLES: [&str; 13] = [
    "CREDENTIALS_DIRECTORY",
    "F_FOLLOW_UP",
    "F_TRACE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LISTEN_FDS",
    "NO_PROXY",
    "OLLAMA_CONTEXT_LENGTH",
    "OLLAMA_KEEP_ALIVE",
    "OLLAMA_NUM_PARALLEL",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "STATE_DIRECTORY",
];

/// By which the name of a figure is known without its prefix. The reasons of dead letters begin alike.
const FIGURES_BEGIN: [&str; 3] = ["model_", "queue_", "talk_"];
const FIGURES_END: [&str; 2] = ["_total", "_seconds"];

/// What the format puts behind the declared name of a figure, before that of its unit.
const ENDINGS: [&str; 6] = ["_total", "_info", "_bucket", "_count", "_sum", ""];

const PREFIX: &str = "opencode_bot_";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder with that ending, relative to the root.
fn files(folder: &str, ending: &str) -> BTreeSet<PathBuf> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.insert(path.strip_prefix(root()).expect("inside").to_owned());
            }
        }
    }
    found
}

/// Every page by its path.
fn pages() -> BTreeMap<PathBuf, Page> {
    let mut paths = files("docs", "md");
    paths.insert("README.md".into());
    paths.into_iter().map(|path| (path.clone(), Page::read(&root().join(path)))).collect()
}

/// The code, without the line breaks that it puts into sentences.
fn code() -> String {
    let mut code = String::new();
    for path in files("src", "rs") {
        code.push_str(&fs::read_to_string(root().join(path)).expect("text").replace("\\\n", " "));
        code.push(' ');
    }
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names under which a figure may be declared.
fn declared(name: &str) -> impl Iterator<Item = &str> {
    let bases = ENDINGS.iter().filter_map(|ending| name.strip_suffix(ending));
    bases.flat_map(|base| [base, base.strip_suffix("_seconds").unwrap_or(base)])
}

/// Where a link of that page leads, relative to the root.
fn target(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().expect("a file").to_owned();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{} leads out with {link}", page.display()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

#[test]
fn every_page_is_a_chapter_and_every_chapter_a_page() {
    let contents = Page::read(&root().join(TABLE_OF_CONTENTS));
    let chapters: BTreeSet<PathBuf> =
        contents.links.iter().map(|link| target(Path::new(TABLE_OF_CONTENTS), link)).collect();
    assert_eq!(chapters.len(), contents.links.len(), "a chapter is there twice");
    let mut pages = files("docs", "md");
    pages.remove(Path::new(TABLE_OF_CONTENTS));
    assert_eq!(chapters, pages);
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    for (path, page) in &pages {
        for link in page.links.iter().filter(|link| !link.contains(':')) {
            let told = format!("{} links {link}", path.display());
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { target(path, file) };
            assert!(root().join(&target).exists(), "{told}, which is not there");
            if !anchor.is_empty() {
                let target = pages.get(&target).unwrap_or_else(|| panic!("{told}, which is no page"));
                assert!(target.anchors.contains(anchor), "{told}, but there is only {:?}", target.anchors);
            }
        }
    }
}

#[test]
fn a_chapter_links_nothing_outside_the_book() {
    for (path, page) in pages().iter().filter(|(path, _)| path.starts_with("docs")) {
        for link in page.links.iter().filter(|link| !link.contains(':') && !link.starts_with('#')) {
            let target = target(path, link);
            assert!(target.starts_with("docs"), "{} links {link}, which is not built", path.display());
        }
    }
}

#[test]
fn every_variable_is_a_setting() {
    let known: BTreeSet<&str> =
        VARIABLES.iter().map(|variable| variable.name).chain(OTHER_VARIABLES).collect();
    for (path, page) in pages() {
        for name in page.words(|c| c.is_ascii_uppercase() || c == '_') {
            let is_name = name.trim_matches('_') == name && name.contains('_');
            assert!(!is_name || known.contains(name), "{}: {name} is no setting", path.display());
        }
    }
}

#[test]
fn every_figure_and_its_labels_exist() {
    let code = code();
    let exists = |word: &str| code.contains(&format!("\"{word}\""));
    for (path, page) in pages() {
        for word in page.words(|c| c.is_ascii_lowercase() || c == '_').filter(|word| !word.ends_with('_')) {
            let name = word.strip_prefix(PREFIX).unwrap_or(word);
            let is_figure = name != word
                || FIGURES_BEGIN.iter().any(|beginning| name.starts_with(beginning))
                || FIGURES_END.iter().any(|ending| name.ends_with(ending));
            assert!(!is_figure || declared(name).any(exists), "{}: {word} is no figure", path.display());
        }
        for (label, value) in page.labels() {
            assert!(exists(value), "{}: {label} is never {value}", path.display());
        }
    }
}

#[test]
fn every_sentence_of_the_program_is_one() {
    let code = code();
    for page in ["docs/troubleshooting.md", "docs/operating.md"] {
        let quotes = Page::read(&root().join(page)).quotes();
        assert!(!quotes.is_empty(), "{page} quotes nothing");
        for quote in quotes {
            for piece in quote.split('…').map(str::trim).filter(|piece| piece.len() > 3) {
                assert!(code.contains(piece), "{page} quotes {quote:?}, but nothing says {piece:?}");
            }
        }
    }
}

//! The rules of the house that the compiler does not keep: who may import whom, and how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// Parts of the crate that a part may name.
const MAY_USE: [(&str, &[&str]); 5] = [
    ("domain", &["domain"]),
    ("ports", &["domain", "ports"]),
    ("telemetry", &["domain", "ports", "telemetry"]),
    ("application", &["domain", "ports", "telemetry", "application"]),
    ("adapters", &["domain", "ports", "telemetry", "application", "adapters"]),
];

/// Crates that pure code may name.
const PURE: [&str; 8] =
    ["std", "crate", "super", "thiserror", "hmac", "sha2", "pulldown_cmark", "unicode_segmentation"];

/// Library names that only the named places may hold.
const KEPT_IN: [(&str, &[&str]); 5] = [
    (
        "reqwest::",
        &[
            "src/adapters/openai",
            "src/adapters/talk",
            "src/adapters/demo",
            "src/adapters/otlp",
            "src/adapters/http_client.rs",
            "src/adapters/http_client",
        ],
    ),
    ("sqlx::", &["src/adapters/sql"]),
    ("poem", &["src/adapters/http", "src/adapters/demo"]),
    ("anyhow", &["src/app.rs", "src/app", "src/cli.rs", "src/cli"]),
    ("StatusCode", &["src/adapters"]),
];

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path.strip_prefix(root).expect("inside").to_owned(), text));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs" | "testing.rs")))
}

/// Code lines of a file, without its unit tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or("")
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
}

#[test]
fn imports_go_inward_only() {
    for (part, may_use) in MAY_USE {
        for (path, text) in sources(&format!("src/{part}")) {
            for line in code(&text) {
                for (at, _) in line.match_indices("crate::") {
                    let named =
                        line[at + 7..].split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap_or("");
                    assert!(
                        named.is_empty() || may_use.contains(&named),
                        "{} may not use `{named}`: {line}",
                        path.display()
                    );
                }
            }
        }
    }
}

#[test]
fn the_domain_is_pure() {
    let crates = ["base16ct", "sha1", "proptest", "serde_json"];
    for (path, text) in sources("src/domain").into_iter().filter(|(path, _)| !is_test(path)) {
        for line in code(&text) {
            assert!(!line.contains("async ") && !line.contains(".await"), "{}: {line}", path.display());
            if let Some(import) = line.strip_prefix("use ") {
                let root = import.split([':', ';', ' ']).next().unwrap_or("");
                let local = text.contains(&format!("mod {root};"));
                assert!(
                    local || PURE.contains(&root) || crates.contains(&root),
                    "{}: {line}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn each_library_stays_where_it_belongs() {
    for (library, places) in KEPT_IN {
        for (path, text) in sources("src").into_iter().filter(|(path, _)| !is_test(path)) {
            if places.iter().any(|place| path.starts_with(place)) {
                continue;
            }
            let line = code(&text).find(|line| line.contains(library) && !line.starts_with('"'));
            assert!(line.is_none(), "{} names {library}: {}", path.display(), line.unwrap_or(""));
        }
    }
}

/// A run of the use cases can be repeated exactly only when nothing in them is left to chance.
#[test]
fn the_use_cases_choose_in_a_fixed_order() {
    for (path, text) in sources("src/application").into_iter().filter(|(path, _)| !is_test(path)) {
        let lines: Vec<_> = code(&text).collect();
        for pair in lines.windows(2).filter(|pair| pair[0].contains("select!")) {
            assert_eq!(pair[1], "biased;", "{}: {}", path.display(), pair[0]);
        }
    }
}

#[test]
fn files_stay_short() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        let lines = text.lines().count();
        assert!(lines <= 300, "{} has {lines} lines: split it by meaning", path.display());
    }
}

#[test]
fn every_module_says_what_it_is() {
    for (path, text) in sources("src").into_iter().filter(|(path, _)| !is_test(path)) {
        assert!(text.starts_with("//! "), "{} has no head", path.display());
    }
}

//! The bodies of the fuzz targets, replayed: over the seeds, which are examples of what really comes in, and over
//! everything that was ever found. No other compiler and no fuzzer is needed for it.

use std::fs;
use std::path::Path;

#[expect(unreachable_pub, reason = "the same files are a library in fuzz/")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use targets::TARGETS;

fn inputs(folder: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder).join(target);
    let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| (path.display().to_string(), fs::read(&path).expect("a file"))).collect()
}

#[test]
fn every_target_holds_for_its_seeds_and_for_what_was_found_once() {
    for (target, check) in TARGETS {
        let seeds = inputs("seeds", target);
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for (path, data) in seeds.into_iter().chain(inputs("regressions", target)) {
            println!("{path}");
            check(&data);
        }
    }
}

#[test]
fn every_target_has_a_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let programs = fs::read_dir(folder).expect("a folder").count();
    assert_eq!(programs, TARGETS.len());
    let manifest = include_str!("../../fuzz/Cargo.toml");
    for (target, _) in TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
    }
}

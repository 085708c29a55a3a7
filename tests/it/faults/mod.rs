//! One thing is wrong, and the doctor, `/ready`, the log and the figures are asked what. The table of the
//! troubleshooting chapter is what each test holds them to: it is true, or a test fails.

mod certificate;
mod database;
mod fault;
mod model;
mod nextcloud;
mod proxy;
mod secret;
mod seen;
mod start;
mod table;
pub(crate) mod talk;
mod webhook;

/// In the order of the table.
const TESTS: [&str; 8] = [
    include_str!("start.rs"),
    include_str!("database.rs"),
    include_str!("secret.rs"),
    include_str!("nextcloud.rs"),
    include_str!("certificate.rs"),
    include_str!("talk.rs"),
    include_str!("model.rs"),
    include_str!("webhook.rs"),
];

#[test]
fn every_row_of_the_table_has_its_test_in_the_same_order() {
    let tests = TESTS.iter().flat_map(|file| file.split("Fault::of(\"").skip(1));
    let tests: Vec<_> = tests.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(tests, table::faults());
    assert!(tests.len() >= 20, "{tests:?}");
}
